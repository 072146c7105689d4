use unpromo::home::Home;

/// A folder with a home in it.
pub struct Desk {
    pub folder: tempfile::TempDir,
    pub home: Home,
}

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path().join("unpromo")).expect("a home");
        Self { folder, home }
    }
}
