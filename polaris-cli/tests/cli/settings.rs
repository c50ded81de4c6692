//! Where settings come from, which wins, and what is told of bad ones.

use serde_json::Value;

use crate::support::{Answer, Home};

fn shown(answer: Answer, key: &str) -> (Value, String) {
    let list: Value = serde_json::from_str(&answer.done()).unwrap();
    let item = list["items"].as_array().unwrap().iter().find(|item| item["key"] == key).unwrap().clone();
    (item["value"].clone(), item["source"].as_str().unwrap().to_owned())
}

#[test]
fn the_stronger_source_wins() {
    let home = Home::empty();
    let args = ["config", "show", "--json"];
    assert_eq!(shown(home.run(&args), "durability"), ("full".into(), "default".into()));
    home.write("polaris.toml", "durability = 'normal'\nreaders = 3\n");
    assert_eq!(shown(home.run(&args), "durability"), ("normal".into(), "file".into()));
    assert_eq!(shown(home.run_with("POLARIS_DURABILITY", "full", &args), "durability"), ("full".into(), "environment".into()));
    let with_flag = ["config", "show", "--json", "--durability", "normal"];
    assert_eq!(shown(home.run_with("POLARIS_DURABILITY", "full", &with_flag), "durability"), ("normal".into(), "flag".into()));
    assert_eq!(shown(home.run(&args), "readers"), (3.into(), "file".into()));
    assert_eq!(shown(home.run(&args), "public_url"), (Value::Null, "default".into()));
}

#[test]
fn config_show_tells_each_value_and_its_place() {
    let home = Home::empty();
    home.write("polaris.toml", "# ours\nlog_requests = false\n");
    let said = home.run_with("POLARIS_LISTEN", "[::1]:9000", &["config", "show"]).done();
    let lines: Vec<_> = said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert!(lines.contains(&"log_requests false polaris.toml, line 2".to_owned()), "{said}");
    assert!(lines.contains(&"listen [::1]:9000 environment, POLARIS_LISTEN".to_owned()), "{said}");
    assert!(lines.contains(&"deadline_ms 10000 default".to_owned()), "{said}");
    assert_eq!(lines.len(), 30);
}

#[test]
fn a_named_file_must_exist_and_its_paths_are_relative_to_it() {
    let home = Home::empty();
    std::fs::create_dir(home.join("etc")).unwrap();
    home.write("etc/ours.toml", "data = 'data'\n");
    home.run(&["init", "--config", "etc/ours.toml"]).done();
    assert!(home.join("etc/data/polaris.db").exists());
    home.run_with("POLARIS_CONFIG", "etc/ours.toml", &["tenant", "list"]).done();
    assert!(home.run(&["config", "show", "--config", "no.toml"]).refused(2).contains("there is no file no.toml"));
    assert!(home.run_with("POLARIS_CONFIG", "no.toml", &["config", "show"]).refused(2).contains("there is no file no.toml"));
}

#[test]
fn a_bad_value_names_key_place_and_what_is_accepted() {
    let home = Home::empty();
    let flag = home.run(&["config", "show", "--durability", "eternal"]).refused(2);
    assert!(flag.contains("durability: must be full or normal, not `eternal` (--durability)"), "{flag}");
    let variable = home.run_with("POLARIS_DEADLINE_MS", "99", &["config", "show"]).refused(2);
    assert!(variable.contains("deadline_ms: must be a whole number of milliseconds from 100 to 600000, not `99`"), "{variable}");
    assert!(variable.contains("POLARIS_DEADLINE_MS"), "{variable}");
    home.write("polaris.toml", "listen = 'localhost'\n");
    let file = home.run(&["config", "show"]).refused(2);
    assert!(file.contains("listen: must be an IP address and a port") && file.contains("polaris.toml, line 1"), "{file}");
    home.write("polaris.toml", "listen = \n");
    assert!(home.run(&["init"]).refused(2).contains("polaris.toml is not TOML"));
    home.write("polaris.toml", b"data = '\xff'");
    assert!(home.run(&["init"]).refused(2).contains("not UTF-8"));
    assert!(!home.join("polaris-data").exists(), "nothing was begun");
}

#[test]
fn an_unknown_key_is_told_wherever_it_stands() {
    let home = Home::empty();
    let variable = home.run_with("POLARIS_LISTEM", "x", &["config", "show"]).refused(2);
    assert!(variable.contains("POLARIS_LISTEM: is not a setting") && variable.contains("POLARIS_LISTEN"), "{variable}");
    home.run_with("POLARIS_listen", "127.0.0.1:1", &["config", "show"]).refused(2);
    home.write("polaris.toml", "\nlisten_on = 'x'\n");
    let file = home.run(&["config", "show"]).refused(2);
    assert!(file.contains("listen_on: is not a setting (polaris.toml, line 2)"), "{file}");
    let (code, error) = home.json_error(&["config", "show"]);
    assert_eq!((code, error["code"].as_str(), error["fields"][0]["field"].as_str()), (2, Some("BAD_REQUEST"), Some("listen_on")));
}

#[test]
fn the_help_lists_every_setting() {
    let home = Home::empty();
    let help = home.run(&["config", "show", "--help"]).done();
    for item in home.json(&["config", "show"])["items"].as_array().unwrap() {
        assert!(help.contains(&format!("\n  {} ", item["key"].as_str().unwrap())), "{help}");
    }
}

#[test]
fn every_setting_but_those_of_mail_has_a_flag_that_is_stronger_than_all_else() {
    let home = Home::empty();
    home.write("polaris.toml", "readers = 3\n");
    let values = [
        ("data", "./elsewhere"),
        ("listen", "127.0.0.1:9"),
        ("public_url", "https://events.example.org"),
        ("trusted_proxies", "127.0.0.1/32,10.0.0.0/8"),
        ("durability", "normal"),
        ("readers", "1"),
        ("open_tenants", "7"),
        ("deadline_ms", "2500"),
        ("migrate_on_open", "false"),
        ("log_requests", "false"),
        ("max_connections", "12"),
        ("header_ms", "900"),
        ("metrics_token_file", "./token"),
        ("api_per_minute", "600"),
        ("api_per_hour", "10000"),
        ("api_per_day", "100000"),
        ("signups_per_address", "300"),
    ];
    let mut args = vec!["config".to_owned(), "show".to_owned(), "--json".to_owned()];
    for (key, value) in values {
        args.extend([format!("--{}", key.replace('_', "-")), value.to_owned()]);
    }
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let list: Value = serde_json::from_str(&home.run_with("POLARIS_READERS", "2", &args).done()).unwrap();
    let items = list["items"].as_array().unwrap();
    // How mails are sent is settled once for all commands, so that none sends them otherwise than the others.
    let of_mail = |item: &&Value| ["mail_", "smtp_"].iter().any(|start| item["key"].as_str().unwrap().starts_with(start));
    assert_eq!(items.iter().filter(|item| !of_mail(item)).count(), values.len(), "a setting without a flag");
    for (key, value) in values {
        let item = items.iter().find(|item| item["key"] == key).unwrap();
        let shown = item["value"].as_str().map_or_else(|| item["value"].to_string(), str::to_owned);
        assert_eq!((shown.as_str(), item["source"].as_str()), (value, Some("flag")), "{key}");
        assert_eq!(item["place"], format!("--{}", key.replace('_', "-")));
    }
    let why = home.run(&["tenant", "list", "--deadline-ms", "soon"]).refused(2);
    assert!(why.contains("deadline_ms: must be a whole number of milliseconds") && why.contains("--deadline-ms"), "{why}");
}

#[test]
fn a_pipe_under_the_usual_name_is_refused_and_not_waited_for() {
    let home = Home::empty();
    assert!(home.command("mkfifo").arg("polaris.toml").status().unwrap().success());
    let why = home.command("timeout").args(["20", "polaris", "config", "show"]).output().map(Answer::of).unwrap().refused(2);
    assert!(why.contains("polaris.toml can't be read: it is not a plain file"), "{why}");
    std::fs::remove_file(home.join("polaris.toml")).unwrap();
    let named = "echo 'readers = 3' > ours & polaris config show --json --config ours";
    let listed = home.command("sh").arg("-c").arg(format!("mkfifo ours; {named}")).output().map(Answer::of).unwrap();
    assert_eq!(shown(listed, "readers"), (3.into(), "file".into()));
    home.write("large.toml", "#".repeat(2 << 20));
    assert!(home.run(&["config", "show", "--config", "large.toml"]).refused(2).contains("larger than 1 MiB"));
}

#[test]
fn version_and_help_are_told_whatever_the_settings_and_without_opening_anything() {
    let home = Home::empty();
    home.write("polaris.toml", "this is no TOML");
    for args in [&["--version"][..], &["--help"], &["tenant", "list", "--help"], &["help", "tenant", "list"]] {
        let told = home.run_with("POLARIS_NONSENSE", "1", args).done();
        assert!(told.contains("polaris"), "{told}");
    }
    // Where system calls can be watched: nothing here, and no directory of data, is even looked at.
    let watch = ["-f", "-e", "trace=%file", "polaris", "--version"];
    let watched = home.command("strace").args(watch).env("POLARIS_DATA", home.join("data")).output();
    let Some(watched) = watched.ok().filter(|output| output.status.success()) else { return };
    let calls = String::from_utf8_lossy(&watched.stderr).into_owned();
    let ours = |line: &&str| line.contains("polaris.toml") || line.contains(home.path().to_str().unwrap()) && !line.contains("execve");
    assert_eq!(calls.lines().find(ours), None);
}

/// A setting of mail that goes wrong stops every command, like any other.
#[test]
fn what_mail_needs_is_told_at_the_start() {
    let home = Home::empty();
    for (settings, told) in [
        ("mail_transport = 'pigeon'", "mail_transport: must be folder, smtp or none"),
        ("mail_transport = 'smtp'", "smtp_host: is needed"),
        ("mail_transport = 'smtp'\nsmtp_host = 'localhost'", "mail_from: is needed"),
        ("mail_from = 'nobody'", "mail_from: must be an e-mail address"),
        ("mail_allow = 'example.org'", "mail_allow: must be addresses and domains"),
        ("smtp_port = 0", "smtp_port: must be a whole number from 1"),
        ("smtp_password = 'hush'", "smtp_password: stands in no file of settings"),
        ("mail_transport = 'smtp'\nsmtp_host = 'localhost'\nmail_from = 'a@b.org'\nsmtp_user = 'x'", "smtp_password_file: is needed"),
        (
            "mail_transport = 'smtp'\nsmtp_host = 'localhost'\nmail_from = 'a@b.org'\nsmtp_user = 'x'\nsmtp_password_file = 'none'",
            "smtp_password_file: none can't be read",
        ),
        (
            "mail_transport = 'smtp'\nsmtp_host = 'mail.example.org'\nmail_from = 'a@b.org'\nsmtp_user = 'x'\nsmtp_password_file = 'word'",
            "smtp_security: must be starttls or tls to log in at another machine",
        ),
    ] {
        home.write("word", "hush\n");
        home.write("polaris.toml", settings);
        let said = home.run(&["config", "show"]).refused(2);
        assert!(said.contains(told) && !said.contains("hush"), "{settings}: {said}");
    }
}

#[test]
fn the_password_for_the_mail_server_is_never_shown() {
    let home = Home::empty();
    let mut settings = "mail_transport = 'smtp'\nsmtp_host = 'localhost'\nmail_from = 'a@b.org'\nsmtp_user = 'x'\n".to_owned();
    home.write("polaris.toml", &settings);
    let said = home.run_with("POLARIS_SMTP_PASSWORD", "hush", &["config", "show", "--json"]).done();
    assert!(said.contains("(hidden)") && !said.contains("hush"), "{said}");
    let said = home.run_with("POLARIS_SMTP_PASSWORD", "hush\nhush", &["config", "show"]).refused(2);
    assert!(said.contains("smtp_password: must be a password") && !said.contains("hush"), "{said}");
    home.write("word", "hush\n");
    settings.push_str("smtp_password_file = 'word'\n");
    home.write("polaris.toml", &settings);
    let said = home.run(&["config", "show", "--json"]).done();
    assert!(said.contains("smtp_password_file") && !said.contains("hush"), "{said}");
}
