//! `examples/deploy`: the systemd units, the settings and the Dockerfile, held against the program and, where it is installed, against
//! `systemd-analyze`. Nothing is installed, and no image is built.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Answer, Home, PROGRAM, Server, get};

const UNITS: [&str; 3] = ["polaris.service", "polaris-backup.service", "polaris-backup.timer"];
const SETTINGS: &str = "/etc/polaris/polaris.toml";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join("examples/deploy").join(name)).unwrap()
}

/// The values of a key of a unit, in order.
fn values(unit: &str, key: &str) -> Vec<String> {
    read(unit).lines().filter_map(|line| line.split_once('=')).filter(|(name, _)| *name == key).map(|(_, value)| value.to_owned()).collect()
}

/// The words of each `ExecStart=` without the program, with the settings of a test.
fn lines(unit: &str, settings: &str) -> Vec<Vec<String>> {
    let words = |line: String| {
        let rest = line.strip_prefix("/usr/bin/polaris ").unwrap_or_else(|| panic!("not our program: {line}")).replace(SETTINGS, settings);
        rest.split(' ').map(str::to_owned).collect()
    };
    values(unit, "ExecStart").into_iter().map(words).collect()
}

/// The settings that are shipped, with another directory and a free port.
fn home() -> (Home, String) {
    let home = Home::empty();
    let settings = read("polaris.toml").replace("/var/lib/polaris", "data").replace("127.0.0.1:8080", "127.0.0.1:0");
    assert!(settings.contains("\ndata = \"data\"\n") && settings.contains("\nlisten = \"127.0.0.1:0\"\n"));
    home.write("ours.toml", settings);
    home.run(&["init", "--config", "ours.toml"]).done();
    (home, "ours.toml".to_owned())
}

#[test]
fn the_service_runs_its_line_and_stops_when_asked_to() {
    let (home, settings) = home();
    let line = lines("polaris.service", &settings).remove(0);
    let server = Server::start(&home, &line.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(server.said.contains("(data data)"), "{}", server.said);
    assert_eq!(get(&server.address(), "/health/ready", "").0, 200);
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn the_backup_service_runs_its_lines_and_says_nothing_of_hints() {
    let (home, settings) = home();
    for _ in 0..2 {
        for line in lines("polaris-backup.service", &settings) {
            let answer = home.run(&line.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{line:?}");
            assert!(!answer.out.contains("next:"), "{}", answer.out);
        }
    }
    assert_eq!(home.json(&["backup", "list", "--config", &settings])["total"], 2);
}

#[test]
fn the_services_run_as_a_user_of_their_own_with_a_directory_that_is_theirs_alone() {
    for unit in ["polaris.service", "polaris-backup.service"] {
        for (key, value) in [
            ("User", "polaris"),
            ("Group", "polaris"),
            ("UMask", "0077"),
            ("StateDirectory", "polaris"),
            ("StateDirectoryMode", "0700"),
            ("ProtectSystem", "strict"),
            ("ProtectHome", "yes"),
            ("NoNewPrivileges", "yes"),
            ("CapabilityBoundingSet", ""),
            ("PrivateTmp", "yes"),
        ] {
            assert_eq!(values(unit, key), [value], "{unit}: {key}");
        }
    }
    let service = |key: &str| values("polaris.service", key).remove(0);
    assert_eq!(service("Restart"), "on-failure");
    assert_eq!(service("RestartPreventExitStatus"), "2 4", "usage, and another server: see exit.rs");
    // Ten seconds are what the server gives those under way.
    assert!(service("TimeoutStopSec").parse::<u32>().unwrap() > 15);
    assert_eq!(values("polaris-backup.timer", "Persistent"), ["yes"]);
    let settings = read("polaris.toml");
    assert!(settings.contains("\ndata = \"/var/lib/polaris\"\n"), "the directory that the service is given");
}

#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    if !Command::new("systemd-analyze").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return;
    }
    let home = Home::empty();
    for unit in UNITS {
        home.write(unit, read(unit).replace("/usr/bin/polaris", PROGRAM));
    }
    let answer =
        Answer::of(home.command("systemd-analyze").args(["verify", "--man=no"]).args(UNITS.map(|unit| home.join(unit))).output().unwrap());
    let complaints: Vec<_> = answer.err.lines().filter(|line| UNITS.iter().any(|unit| line.contains(unit))).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    // 0 is shut, 10 wide open; a unit that says nothing has 9.6.
    for unit in ["polaris.service", "polaris-backup.service"] {
        let arguments = ["security", "--offline=yes", "--no-pager", "--threshold=20"];
        let output = home.command("systemd-analyze").args(arguments).arg(home.join(unit)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        // Older ones can't look at a file.
        assert!(output.status.success() || !said.contains("exposure level"), "{unit} stands more open than 2.0: {said}");
    }
}

#[test]
fn the_pages_that_the_units_name_exist() {
    let home = Home::empty();
    home.run(&["man", "--out", "man1"]).done();
    for unit in UNITS {
        for page in values(unit, "Documentation").iter().flat_map(|line| line.split(' ')) {
            let name = page.strip_prefix("man:").and_then(|page| page.strip_suffix("(1)")).unwrap();
            assert!(home.join("man1").join(format!("{name}.1")).exists(), "{unit} names {page}");
        }
    }
}

/// The instructions of the Dockerfile, continuation lines joined.
fn instructions() -> Vec<(String, String)> {
    let text = read("Dockerfile").replace("\\\n", " ");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap()).map(|(word, rest)| (word.to_owned(), rest.trim().to_owned())).collect()
}

fn of(word: &str) -> Vec<String> {
    instructions().into_iter().filter(|(name, _)| name == word).map(|(_, rest)| rest).collect()
}

#[test]
fn the_images_are_pinned_and_the_compiler_is_one_that_the_workspace_accepts() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let needed = manifest["workspace"]["package"]["rust-version"].as_str().unwrap().to_owned();
    let from = of("FROM");
    assert_eq!(from.len(), 2, "one to build, one to run");
    for image in &from {
        let (_, tag) = image.split(' ').next().unwrap().split_once(':').unwrap_or_else(|| panic!("{image} has no version"));
        assert!(tag.starts_with(|c: char| c.is_ascii_digit()) && tag.contains('.'), "{image} is not pinned");
    }
    assert!(from[0].starts_with(&format!("rust:{needed}.")), "{} and rust-version {needed}", from[0]);
    let both_are = |name: &str| from[0].contains(name) == from[1].starts_with("debian:12.");
    assert!(both_are("bookworm"), "built against another C library than it runs on: {from:?}");
}

#[test]
fn the_image_holds_the_program_alone_runs_it_as_nobody_special_and_has_no_secret() {
    let all = instructions();
    let last = all.iter().rposition(|(word, _)| word == "FROM").unwrap();
    let copied: Vec<_> = all[last..].iter().filter(|(word, _)| word == "COPY").map(|(_, rest)| rest.as_str()).collect();
    assert_eq!(copied, ["--from=build /src/target/release/polaris /usr/bin/polaris"]);
    let user = of("USER").pop().unwrap();
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 999)), "{user}");
    let run = all[last..].iter().find(|(word, _)| word == "RUN").unwrap();
    assert!(run.1.contains("--uid 10001") && run.1.contains("install -d -o polaris -g polaris -m 0700 /var/lib/polaris"), "{}", run.1);
    assert_eq!(of("ENTRYPOINT"), [r#"["/usr/bin/polaris"]"#]);
    assert_eq!(of("STOPSIGNAL"), ["SIGTERM"]);
    assert!(of("ARG").is_empty() && of("ADD").is_empty());
    let text = read("Dockerfile").to_lowercase();
    assert!(["password", "secret", "token", "api_key"].iter().all(|word| !text.contains(word)));
}

#[test]
fn what_the_build_copies_is_there_and_is_all_that_it_needs() {
    let copied: Vec<String> = of("COPY")
        .iter()
        .filter(|line| !line.starts_with("--from"))
        .flat_map(|line| {
            let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
            words[..words.len() - 1].to_vec()
        })
        .collect();
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap().iter().map(|member| member.as_str().unwrap());
    let under = |path: &str| copied.iter().any(|part| Path::new(path).starts_with(part));
    for member in members {
        assert!(under(member), "the member {member} is not copied");
    }
    for part in &copied {
        assert!(root().join(part).exists(), "there is no {part} to copy");
    }
    // What crates take in from outside of them.
    let mut taken = BTreeSet::new();
    for crate_name in ["polaris-core", "polaris-http", "polaris-cli"] {
        assert!(under(crate_name));
        includes(&root().join(crate_name).join("src"), &mut taken);
    }
    assert!(taken.len() > 2, "{taken:?}");
    for path in taken {
        assert!(under(&path), "{path} is taken in and not copied");
    }
    let left_out = read("Dockerfile.dockerignore");
    for pattern in ["**/target", "**/polaris-data", "**/*.db", ".git"] {
        assert!(left_out.lines().any(|line| line == pattern), "{pattern} would get into the build");
    }
}

/// The first part of each path that a source takes in from beside its crate.
fn includes(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            includes(&entry, found);
            continue;
        }
        let text = fs::read_to_string(&entry).unwrap_or_default();
        for (at, _) in text.match_indices("include_str!(").chain(text.match_indices("include_bytes!(")) {
            let path = text[at..].split('"').nth(1).unwrap_or_default();
            let beside = path.trim_start_matches("../");
            let up = (path.len() - beside.len()) / 3;
            let inside = entry.parent().unwrap().strip_prefix(root()).unwrap().components().count();
            if up >= inside {
                found.insert(beside.to_owned());
            }
        }
    }
}

#[test]
fn the_container_serves_with_its_settings_and_knows_whether_it_is_well() {
    let home = Home::with_data();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut words: Vec<String> = serde_json::from_str(of("CMD").last().unwrap()).unwrap();
    for setting in of("ENV")[0].split(' ') {
        let (name, value) = setting.split_once('=').unwrap();
        let flag = format!("--{}", name.strip_prefix("POLARIS_").unwrap().to_lowercase().replace('_', "-"));
        let value = value.replace("/var/lib/polaris", "polaris-data").replace("0.0.0.0:8080", &format!("127.0.0.1:{free}"));
        words.extend([flag, value]);
    }
    let health = of("HEALTHCHECK").remove(0);
    let health: Vec<String> = serde_json::from_str(&health[health.find('[').unwrap()..]).unwrap();
    let health = || {
        let asked = health.iter().skip(1).map(|word| word.replace("8080", &free));
        home.command(&health[0]).args(asked).output().unwrap().status.success()
    };
    assert!(!health(), "nothing is served yet");
    let server = Server::start(&home, &words.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(server.said.contains("serving on"), "{}", server.said);
    assert!(health(), "it serves, and is said not to be well");
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));
    assert!(!health());
}

#[test]
fn an_empty_volume_is_made_a_data_directory() {
    use std::os::unix::fs::DirBuilderExt as _;
    let home = Home::empty();
    fs::DirBuilder::new().mode(0o700).create(home.join("volume")).unwrap();
    home.run(&["init", "--data", "volume"]).done();
    assert_eq!(home.json(&["tenant", "list", "--data", "volume"])["total"], 0);
}

#[test]
fn the_readme_tells_of_every_file_and_its_lines_of_polaris_are_ones_that_polaris_takes() {
    let readme = read("README.md");
    for entry in fs::read_dir(root().join("examples/deploy")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || readme.contains(&format!("`{name}`")), "{name} is not told of");
    }
    let (home, settings) = home();
    let said = readme.replace("\\\n", " ").replace("kckps --name \"Kansas City Kansas\"", "kckps --name Kansas");
    let mut seen = 0;
    for line in said.lines().filter(|line| line.contains("polaris ")) {
        // The program as its user, and in the container, where the words come after those of docker.
        let ours = line.strip_prefix("sudo -u polaris polaris ").or_else(|| line.strip_prefix("docker exec polaris polaris "));
        let Some(words) = ours.or_else(|| line.strip_prefix("polaris ")) else { continue };
        let words = words.replace(SETTINGS, &settings);
        let words: Vec<_> = words.split_whitespace().take_while(|word| !word.starts_with('>')).collect();
        // `--help` after them: the parser has taken all that stands before.
        home.run(&[&words[..], &["--help"]].concat()).done();
        seen += 1;
    }
    assert!(seen >= 4, "{seen}");
}
