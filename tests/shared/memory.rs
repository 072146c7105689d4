use std::path::Path;

use tempfile::TempDir;

/// A folder in memory, where there is such a place: nobody pulls the plug here.
pub fn folder_in_memory() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
}
