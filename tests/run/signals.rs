//! A closed terminal, a service manager, a logout: what they send stops a job as Ctrl-C does.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use unpromo::sandbox::{Call, When};

use crate::stage::{Ended, Stage, story};
use crate::wait::wait;

fn send(signal: &str, child: &Child) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args([signal, &pid]).status().expect("kill").success());
}

/// A live run whose submissions are held by the platform, so many of them in flight.
fn submitting(stage: &Stage, in_flight: u64) -> Child {
    let sheet = stage.sheet_of_many(12);
    stage.sandbox.hold(Call::Submission, When::After);
    let most = in_flight.to_string();
    let args = ["run", &sheet, "--yes", "--rate", "off", "-o", "result.jsonl", "--json", "--max-in-flight", &most];
    let child = start(stage.command(&args));
    wait(stage.sandbox.held(Call::Submission, in_flight));
    child
}

fn start(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started")
}

/// Waits for a line of standard output that has these words.
fn says(child: &mut Child, words: &str) {
    let mut output = BufReader::new(child.stdout.as_mut().expect("its output"));
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert_ne!(output.read_line(&mut line).expect("a line"), 0, "it ended without {words}");
    }
}

fn end(child: Child) -> Ended {
    Ended::of(child.wait_with_output().expect("ended"))
}

#[test]
fn sigterm_and_sighup_wait_for_what_is_in_flight_and_resume_ends_as_an_unbroken_run() {
    let unbroken = Stage::new();
    let (_, expected) = unbroken.run(&unbroken.sheet_of_many(12), &[]);
    for signals in [&["-TERM"][..], &["-HUP"], &["-HUP", "-HUP"], &["-TERM", "-HUP"]] {
        let stage = Stage::new();
        let mut child = submitting(&stage, 3);
        for signal in signals {
            send(signal, &child);
        }
        says(&mut child, "stopping");
        stage.sandbox.release(Call::Submission, None);
        let ended = end(child);
        assert_eq!(ended.code, 130, "{signals:?}: {ended:?}");

        let partial = stage.lines("result.jsonl");
        let submitted: BTreeSet<_> = partial
            .iter()
            .filter(|line| line["status"] == "submitted")
            .map(|line| line["target"].to_string())
            .collect();
        let withdrawn = stage.withdrawn();
        assert_eq!(submitted, withdrawn.iter().map(|id| format!("\"{id}\"")).collect(), "{signals:?}: all are known");
        assert_eq!(stage.submissions(), 3, "{signals:?}: nothing new was sent");
        assert!(partial.iter().all(|line| line["status"] != "in_doubt"), "{signals:?}: {:?}", story(&partial));

        let ended = stage.unpromo(&["resume", "--rate", "off"]);
        assert_eq!(ended.code, 0, "{signals:?}: {ended:?}");
        assert_eq!(story(&stage.lines("result.jsonl")), story(&expected), "{signals:?}");
        let withdrawn = stage.withdrawn();
        assert_eq!(withdrawn.len(), withdrawn.iter().collect::<BTreeSet<_>>().len(), "{signals:?}: none twice");
    }
}

#[test]
fn a_stop_while_looking_up_sends_nothing() {
    for signal in ["-TERM", "-HUP"] {
        let stage = Stage::new();
        let sheet = stage.sheet_of_many(12);
        stage.sandbox.hold(Call::Lookup, When::Before);
        let child = start(stage.command(&["run", &sheet, "--yes", "--rate", "off", "-o", "result.jsonl"]));
        wait(stage.sandbox.held(Call::Lookup, 8));
        send(signal, &child);
        stage.sandbox.release(Call::Lookup, None);
        let ended = end(child);
        assert_eq!((ended.code, stage.submissions()), (130, 0), "{signal}: {ended:?}");
        assert!(ended.stderr.contains("unpromo resume 1"), "{signal}: {}", ended.stderr);
        assert!(stage.lines("result.jsonl").iter().any(|line| line["status"] == "pending"), "{signal}");
    }
}

#[test]
fn a_second_signal_ends_the_wait_and_what_was_in_flight_is_looked_up_by_resume() {
    let stage = Stage::new();
    let mut child = submitting(&stage, 3);
    send("-TERM", &child);
    says(&mut child, "stopping");
    send("-INT", &child);
    // The platform still holds all three: nobody waits for them any more.
    assert_eq!(end(child).code, 130);
    stage.sandbox.release(Call::Submission, None);
    wait(stage.sandbox.carried_out(3));
    let ended = stage.unpromo(&["resume", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let withdrawn = stage.withdrawn();
    assert_eq!(withdrawn.len(), withdrawn.iter().collect::<BTreeSet<_>>().len(), "none twice");
    let open = ["in_doubt", "pending"];
    let lines = stage.lines("result.jsonl");
    assert!(
        lines.iter().all(|line| !open.contains(&line["status"].as_str().expect("a status"))),
        "{:?}",
        story(&lines)
    );
}

/// Elsewhere the system does not tell that the signal was to be ignored.
#[cfg(target_os = "linux")]
#[test]
fn under_nohup_a_closed_terminal_does_not_stop_a_job() {
    let stage = Stage::new();
    let sheet = stage.sheet_of_many(3);
    stage.sandbox.hold(Call::Submission, When::Before);
    let run = ["run", &sheet, "--yes", "--rate", "off", "-o", "result.jsonl"];
    let mut command = Command::new("bash");
    command.args(["-c", "trap '' HUP; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_unpromo")]).args(run);
    command.env("XDG_DATA_HOME", stage.path("data"));
    command.env("UNPROMO_HOME", stage.path("home")).current_dir(stage.folder.path()).stdin(Stdio::null());
    let child = start(command);
    wait(stage.sandbox.held(Call::Submission, 1));
    send("-HUP", &child);
    stage.sandbox.release(Call::Submission, None);
    let ended = end(child);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn the_sandbox_closes_its_port_and_ends_well() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let stage = Stage::new();
        let mut child = start(stage.command(&["sandbox", "--port", "0"]));
        says(&mut child, "http://127.0.0.1:");
        send(signal, &child);
        assert_eq!(child.wait().expect("ended").code(), Some(0), "{signal}");
        let mut rest = String::new();
        child.stderr.take().expect("its stderr").read_to_string(&mut rest).expect("read");
        assert_eq!(rest, "", "{signal}");
    }
}
