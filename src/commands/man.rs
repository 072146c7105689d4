//! `unpromo man [--dir DIR]`.

use std::path::Path;

use clap::Command;
use clap_mangen::Man;

use super::completions::print;
use crate::cli;
use crate::error::{Error, Result};
use crate::text::Lang;

/// Prints the whole manual as roff, or writes a page for each command into a folder, which is made where
/// it is missing.
///
/// # Errors
/// When a page cannot be written.
pub fn run(args: &cli::Man, lang: Lang) -> Result<()> {
    let pages = pages(lang)
        .map_err(|error| Error::internal(crate::text!("无法生成手册:{error}", "the manual cannot be made: {error}")))?;
    match &args.dir {
        None => print(&pages.into_iter().flat_map(|(_, page)| page).collect::<Vec<u8>>()),
        Some(dir) => write_all(dir, &pages),
    }
}

fn write_all(dir: &Path, pages: &[(String, Vec<u8>)]) -> Result<()> {
    let failed = |path: &Path, error: std::io::Error| {
        let path = path.display();
        Error::internal(crate::text!("无法写 {path}:{error}", "{path} cannot be written: {error}"))
            .next(crate::text!("请换一个可以写的目录", "choose a folder that can be written to"))
    };
    std::fs::create_dir_all(dir).map_err(|error| failed(dir, error))?;
    for (name, page) in pages {
        let path = dir.join(format!("{name}.1"));
        std::fs::write(&path, page).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Each command's page by its name (`unpromo-shop-add`), the main page first.
fn pages(lang: Lang) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut tree = cli::command(lang).disable_help_subcommand(true);
    tree.build();
    let mut pages = Vec::new();
    collect(&tree, "", &mut pages)?;
    Ok(pages)
}

fn collect(command: &Command, above: &str, pages: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    let name = if above.is_empty() { command.get_name().to_owned() } else { format!("{above}-{}", command.get_name()) };
    let mut page = Vec::new();
    Man::new(command.clone().name(name.clone())).render(&mut page)?;
    pages.push((name.clone(), examples_as_typed(&String::from_utf8_lossy(&page)).into_bytes()));
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        collect(inner, &name, pages)?;
    }
    Ok(())
}

/// Names the section of what stands under a help page, and keeps its indented lines as they are: roff
/// would fill them into a paragraph.
fn examples_as_typed(page: &str) -> String {
    let (mut inside, mut as_typed) = (false, false);
    let mut out = String::with_capacity(page.len() + 64);
    for line in page.lines() {
        let heading = line.starts_with(".SH");
        inside = if heading { line == ".SH EXTRA" } else { inside };
        let indented = inside && line.starts_with("  ");
        if indented != as_typed {
            out.push_str(if indented { ".nf\n" } else { ".fi\n" });
            as_typed = indented;
        }
        out.push_str(if heading && inside { ".SH EXAMPLES" } else { line });
        out.push('\n');
    }
    if as_typed {
        out.push_str(".fi\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_in_both_languages() {
        for (lang, word) in [(Lang::En, "spreadsheet"), (Lang::Zh, "表格")] {
            let pages = pages(lang).expect("memory does not fail");
            let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names[0], "unpromo");
            for name in ["unpromo-run", "unpromo-shop-add", "unpromo-jobs-export", "unpromo-man"] {
                assert!(names.contains(&name), "{name} in {names:?}");
            }
            assert!(!names.iter().any(|name| name.contains("help")), "{names:?}");
            let main = String::from_utf8(pages[0].1.clone()).expect("text");
            assert!(main.contains(".TH unpromo 1") && main.contains(word), "{main}");
        }
    }

    #[test]
    fn examples_stand_as_they_are_typed() {
        let pages = pages(Lang::En).expect("memory does not fail");
        for (name, page) in pages {
            let page = String::from_utf8(page).expect("text");
            assert!(!page.contains(".SH EXTRA"), "{name}");
            assert_eq!(page.matches(".nf\n").count(), page.matches(".fi\n").count(), "{name}");
            if name == "unpromo-man" {
                assert!(page.contains(".SH EXAMPLES\nExamples:\n.nf\n  unpromo man | man"), "{page}");
            }
        }
    }

    #[test]
    fn a_folder_gets_one_file_a_command() {
        let dir = tempfile::tempdir().expect("a folder");
        let man = dir.path().join("share").join("man1");
        run(&cli::Man { dir: Some(man.clone()) }, Lang::En).expect("pages");
        assert!(man.join("unpromo.1").exists() && man.join("unpromo-run.1").exists());
        let file = man.join("unpromo.1");
        let blocked = run(&cli::Man { dir: Some(file.clone()) }, Lang::En).expect_err("a file is no folder");
        assert!(blocked.what.en.contains(&file.display().to_string()));
    }
}
