//! M1, M2: a mail server that takes mails, refuses them, hangs and drops the line. How real servers and TLS are spoken to,
//! `tests/mail/` tries.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use polaris_core::types::MailState;
use polaris_core::{Delivered, Mail, MailTransport, MailWorker, NewDelivery, Role, SmtpConfig, SmtpLogin};

use super::mails::{deliver, mails, queue};
use super::support::{World, wait_until};

/// A server that does as the recipient's name says, and keeps what it took.
#[derive(Clone, Default)]
struct Server {
    taken: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicU32>,
    port: u16,
    /// Whether it takes what it refused before.
    mended: Arc<AtomicBool>,
    /// Whether it ends each connection at once.
    hangs_up: Arc<AtomicBool>,
    /// To what it gives no answer, if anything: `connect`, or the command of a client.
    deaf_to: Arc<Mutex<&'static str>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serving.connections.fetch_add(1, Ordering::Relaxed);
                let serving = serving.clone();
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        server
    }

    fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut answers = stream.try_clone().ok()?;
        let mut lines = BufReader::new(stream).lines();
        let mut say = |text: &str| answers.write_all(format!("{text}\r\n").as_bytes()).ok();
        if self.hangs_up.load(Ordering::Relaxed) {
            return None;
        }
        let deaf = |to: &str| {
            let deaf = *self.deaf_to.lock().unwrap() == to;
            while *self.deaf_to.lock().unwrap() == to {
                std::thread::sleep(Duration::from_millis(20));
            }
            deaf
        };
        if deaf("connect") {
            return None;
        }
        say("220 here")?;
        let mut to = String::new();
        loop {
            let line = lines.next()?.ok()?;
            let refuses = |word: &str| to.contains(word) && !self.mended.load(Ordering::Relaxed);
            let command = line.split([' ', ':']).next().unwrap_or_default();
            if deaf(command) {
                return None;
            }
            match command {
                "EHLO" => say("250-here\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME")?,
                "AUTH" if line.ends_with("AHBvbGFyaXMAcmlnaHQ=") => say("235 welcome")?,
                "AUTH" => say("535 5.7.8 polaris@example.org is not welcome")?,
                "RCPT" => {
                    to = line.clone();
                    let refuses = |word: &str| to.contains(word) && !self.mended.load(Ordering::Relaxed);
                    match () {
                        () if refuses("unknown") => say(&format!("550 5.1.1 {line}: no such person"))?,
                        () if refuses("full") => say("552 5.2.2 mailbox full")?,
                        () if refuses("later") => say("451 4.7.1 come again")?,
                        () if refuses("closing") => say("421 closing")?,
                        () => say("250 ok")?,
                    }
                }
                "DATA" => {
                    say("354 go on")?;
                    if refuses("drop") {
                        lines.next()?.ok()?;
                        return None;
                    }
                    let mut mail = String::new();
                    loop {
                        let line = lines.next()?.ok()?;
                        if line == "." {
                            break;
                        }
                        mail.push_str(&line);
                        mail.push('\n');
                    }
                    if refuses("hang") {
                        std::thread::sleep(Duration::from_secs(20));
                        return None;
                    }
                    if refuses("spam") {
                        say("554 5.7.1 not that")?;
                    } else {
                        self.taken.lock().unwrap().push(format!("{to}\n{mail}"));
                        say("250 taken")?;
                    }
                }
                "QUIT" => {
                    say("221 bye")?;
                    return None;
                }
                _ => say("250 ok")?,
            }
        }
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    fn taken_for(&self, name: &str) -> usize {
        self.taken().iter().filter(|mail| mail.starts_with(&format!("RCPT TO:<{name}@"))).count()
    }

    fn config(&self) -> SmtpConfig {
        SmtpConfig { port: Some(self.port), timeout: Duration::from_millis(400), ..SmtpConfig::at("127.0.0.1") }
    }

    fn world(&self) -> World {
        through(self.config())
    }
}

fn through(smtp: SmtpConfig) -> World {
    World::with(|config| {
        config.mail.transport = MailTransport::Smtp(smtp);
        config.mail.from = Some("events@polaris.example".into());
    })
}

fn one(world: &World, name: &str) -> Mail {
    mails(world, None).into_iter().find(|mail| mail.recipient.as_str().starts_with(name)).unwrap()
}

#[test]
fn each_refusal_is_treated_as_what_it_is_and_keeps_no_other_mail() {
    let server = Server::start();
    let world = server.world();
    let people = ["ann", "unknown", "later", "bo", "full", "drop", "spam", "cy"].map(|name| format!("{name}@example.org"));
    queue(&world, "kckps", &people.each_ref().map(String::as_str));
    let delivered = deliver(&world.polaris);
    assert_eq!(delivered, Delivered { sent: 3, postponed: 3, failed: 2, waiting: 3, ..Delivered::default() });
    assert_eq!(["ann", "bo", "cy"].map(|name| server.taken_for(name)), [1, 1, 1]);
    for (name, state, error) in [
        ("unknown", MailState::Failed, "the mail server refuses the recipient (550 5.1.1)"),
        ("spam", MailState::Failed, "the mail server refuses the mail (554 5.7.1)"),
        ("later", MailState::Waiting, "the mail server refuses the recipient (451 4.7.1)"),
        ("full", MailState::Waiting, "the mail server refuses the recipient (552 5.2.2)"),
        ("drop", MailState::Waiting, "the connection to the mail server broke off"),
    ] {
        let mail = one(&world, name);
        assert_eq!((mail.state, mail.attempts), (state, 1), "{name}");
        assert!(mail.last_error.as_deref().unwrap().starts_with(error), "{name}: {:?}", mail.last_error);
        assert!(!mail.last_error.unwrap().contains('@'), "{name}");
    }
    assert_eq!(deliver(&world.polaris).total(), 0, "not at once again");
    server.mended.store(true, Ordering::Relaxed);
    world.clock.advance(TimeDelta::seconds(75));
    assert_eq!(deliver(&world.polaris).sent, 3);
    assert_eq!(one(&world, "later").attempts, 2);
    assert!(server.taken()[0].contains("From: \"Kansas City Kansas\" <events@polaris.example>"));
}

#[test]
fn every_attempt_of_a_mail_bears_the_same_id() {
    let server = Server::start();
    let world = server.world();
    queue(&world, "kckps", &["ann@example.org", "bo@example.org"]);
    deliver(&world.polaris);
    // It was taken, and then the power went.
    world.raw("kckps").execute("UPDATE outbox SET state = 'sending', taken_until = '2026-09-01T12:00:00.000Z' WHERE id = 1", []).unwrap();
    assert_eq!(deliver(&world.polaris).sent, 1);
    let id = |mail: &String| mail.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned();
    let ids: Vec<String> = server.taken().iter().filter(|mail| mail.starts_with("RCPT TO:<ann@")).map(id).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0].ends_with(".1@polaris.example>"), "{}", ids[0]);
    assert_ne!(ids[0], id(server.taken().iter().find(|mail| mail.starts_with("RCPT TO:<bo@")).unwrap()));
}

#[test]
fn waits_grow_and_after_three_days_a_mail_is_given_up_until_somebody_tries_it_again() {
    let server = Server::start();
    let world = server.world();
    queue(&world, "kckps", &["later@example.org"]);
    let (mut waits, began) = (Vec::new(), world.polaris.now());
    while one(&world, "later").state == MailState::Waiting {
        deliver(&world.polaris);
        let mail = one(&world, "later");
        let Some(next) = mail.next_attempt_at else { break };
        waits.push((next - world.polaris.now()).num_seconds());
        world.clock.set(next);
    }
    for (at, minutes) in [1, 2, 4, 8, 16, 32, 64, 120, 120].into_iter().enumerate() {
        let (least, most) = (minutes * 60, minutes * 72);
        assert!((least..=most).contains(&waits[at]), "wait {at}: {} s", waits[at]);
    }
    assert!(world.polaris.now() - began >= TimeDelta::days(3));
    assert!(world.polaris.now() - began <= TimeDelta::days(3) + TimeDelta::minutes(145));
    let failed = one(&world, "later");
    assert_eq!(failed.state, MailState::Failed);
    assert!(failed.last_error.unwrap().contains("given up after three days"));
    server.mended.store(true, Ordering::Relaxed);
    world.as_role(Role::Admin).mails().retry(failed.id).unwrap();
    assert_eq!(deliver(&world.polaris).sent, 1);
}

#[test]
fn a_dead_server_is_asked_once_a_round_and_the_queue_is_seen() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let world = through(SmtpConfig { port: Some(port), timeout: Duration::from_millis(400), ..SmtpConfig::at("127.0.0.1") });
    let people: Vec<String> = (0..300).map(|number| format!("person{number}@example.org")).collect();
    queue(&world, "kckps", &people.iter().map(String::as_str).collect::<Vec<_>>());
    queue(&world, "hickman", &["cy@example.org"]);
    let began = Instant::now();
    assert_eq!(deliver(&world.polaris), Delivered { postponed: 301, waiting: 301, ..Delivered::default() });
    assert!(began.elapsed() < Duration::from_secs(5));
    let status = world.polaris.mail_status().unwrap();
    assert_eq!(status.waiting, 301);
    assert!(status.oldest.is_some());
    assert!(status.trouble.as_deref().unwrap().starts_with("the mail server can't be reached"), "{:?}", status.trouble);
    assert!(one(&world, "person299@").last_error.unwrap().starts_with("the mail server can't be reached"));
    // Three days later they are given up, visibly.
    for _ in 0..45 {
        world.clock.advance(TimeDelta::hours(2));
        deliver(&world.polaris);
    }
    assert_eq!(mails(&world, Some("failed")).len(), 100, "all on the page");
    assert_eq!(deliver(&world.polaris).waiting, 0);
}

#[test]
fn a_mail_that_was_cut_off_waits_like_all_others_while_the_server_is_down() {
    let server = Server::start();
    let world = server.world();
    server.hangs_up.store(true, Ordering::Relaxed);
    queue(&world, "kckps", &["ann@example.org", "bo@example.org"]);
    // As a crash leaves it, and its time is over.
    let cut_off = "UPDATE outbox SET state = 'sending', attempts = 3, taken_until = '2026-09-01T12:00:00.000Z' WHERE id = 1";
    world.raw("kckps").execute(cut_off, []).unwrap();
    assert_eq!(deliver(&world.polaris), Delivered { postponed: 2, waiting: 2, ..Delivered::default() });
    let mail = one(&world, "ann");
    assert_eq!((mail.state, mail.attempts), (MailState::Waiting, 4));
    let wait = (mail.next_attempt_at.unwrap() - world.polaris.now()).num_seconds();
    assert!((480..=576).contains(&wait), "{wait} s");
    assert!(mail.last_error.unwrap().starts_with("the mail server can't be reached"));
    let connections = server.connections.load(Ordering::Relaxed);
    for _ in 0..5 {
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(deliver(&world.polaris).total(), 0);
    }
    assert_eq!(server.connections.load(Ordering::Relaxed), connections, "it is not asked every second");
    // One that is cut off again and again is given up after three days, as any other.
    world.raw("kckps").execute(cut_off, []).unwrap();
    world.clock.advance(TimeDelta::days(3));
    assert_eq!(deliver(&world.polaris), Delivered { failed: 2, ..Delivered::default() });
    assert_eq!(mails(&world, Some("failed")).len(), 2);
}

#[test]
fn what_is_given_up_after_a_long_pause_stays_to_be_seen() {
    let server = Server::start();
    let world = server.world();
    server.hangs_up.store(true, Ordering::Relaxed);
    queue(&world, "kckps", &["ann@example.org"]);
    world.clock.advance(TimeDelta::days(200));
    assert_eq!(deliver(&world.polaris).failed, 1);
    deliver(&world.polaris);
    assert_eq!(one(&world, "ann").state, MailState::Failed);
}

#[test]
fn a_server_that_is_silent_before_a_mail_is_begun_is_down_for_all_tenants_and_asked_once_a_round() {
    for (silent, refusal) in [
        ("connect", "the mail server can't be reached: it does not answer in time"),
        ("EHLO", "the mail server can't be reached: it does not answer in time"),
        ("AUTH", "logging in at the mail server fails: it does not answer in time"),
    ] {
        let server = Server::start();
        let login = Some(SmtpLogin { user: "polaris".into(), password: "right".into() });
        let world = through(SmtpConfig { login, ..server.config() });
        *server.deaf_to.lock().unwrap() = silent;
        queue(&world, "kckps", &["ann@example.org", "bo@example.org"]);
        queue(&world, "hickman", &["cy@example.org"]);
        let began = Instant::now();
        assert_eq!(deliver(&world.polaris), Delivered { postponed: 3, waiting: 3, ..Delivered::default() }, "{silent}");
        assert!(began.elapsed() < Duration::from_secs(5), "{silent}: {:?}", began.elapsed());
        assert_eq!(server.connections.load(Ordering::Relaxed), 1, "{silent}");
        let told: Vec<_> = mails(&world, None).into_iter().map(|mail| (mail.attempts, mail.last_error.unwrap())).collect();
        assert_eq!(told, [(1, refusal.to_owned()), (1, refusal.to_owned())]);
        assert_eq!(world.polaris.mail_status().unwrap().trouble.as_deref(), Some(refusal));
        *server.deaf_to.lock().unwrap() = "";
        world.clock.advance(TimeDelta::minutes(2));
        assert_eq!(deliver(&world.polaris).sent, 3, "{silent}");
        assert_eq!(world.polaris.mail_status().unwrap().trouble, None);
    }
}

#[test]
fn a_server_that_hangs_at_every_mail_is_down_at_the_second() {
    for silent in ["MAIL", "RCPT", "DATA"] {
        let server = Server::start();
        let world = server.world();
        *server.deaf_to.lock().unwrap() = silent;
        let people: Vec<String> = (0..30).map(|number| format!("person{number}@example.org")).collect();
        queue(&world, "kckps", &people.iter().map(String::as_str).collect::<Vec<_>>());
        queue(&world, "hickman", &["ann@example.org"]);
        let began = Instant::now();
        assert_eq!(deliver(&world.polaris), Delivered { postponed: 31, waiting: 31, ..Delivered::default() }, "{silent}");
        assert!(began.elapsed() < Duration::from_secs(8), "{silent}: {:?}", began.elapsed());
        assert_eq!(server.connections.load(Ordering::Relaxed), 2, "{silent}");
        let status = world.polaris.mail_status().unwrap();
        assert_eq!(status.trouble.as_deref(), Some("the mail server hangs: it does not answer in time"), "{silent}");
        assert_eq!(status.waiting, 31);
        *server.deaf_to.lock().unwrap() = "";
        world.clock.advance(TimeDelta::minutes(2));
        assert_eq!(deliver(&world.polaris).sent, 31, "{silent}: those it hung at are sent last, and are sent");
    }
}

#[test]
fn a_mail_that_hangs_the_server_or_has_it_drop_the_line_keeps_no_other_from_being_sent() {
    for bad in ["hang", "drop"] {
        let server = Server::start();
        let world = server.world();
        queue(&world, "hickman", &[&format!("{bad}@example.org")]);
        let good: Vec<String> = (0..10).map(|number| format!("person{number}@example.org")).collect();
        queue(&world, "kckps", &good.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(deliver(&world.polaris), Delivered { sent: 10, postponed: 1, waiting: 1, ..Delivered::default() }, "{bad}");
        assert_eq!(world.polaris.mail_status().unwrap().trouble, None, "one mail is no trouble of the server's");
    }
}

#[test]
fn mails_that_hang_the_server_are_tried_after_all_others_until_they_are_given_up() {
    let server = Server::start();
    let world = through(SmtpConfig { timeout: Duration::from_millis(60), ..server.config() });
    // Its turn comes before that of kckps.
    let bad: Vec<String> = (0..3).map(|number| format!("hang{number}@example.org")).collect();
    queue(&world, "hickman", &bad.iter().map(String::as_str).collect::<Vec<_>>());
    let good: Vec<String> = (0..10).map(|number| format!("person{number}@example.org")).collect();
    queue(&world, "kckps", &good.iter().map(String::as_str).collect::<Vec<_>>());
    // Who is sent nothing yet is met by two of them in each of the first rounds at most.
    let mut rounds = 0;
    while server.taken().len() < 10 {
        deliver(&world.polaris);
        rounds += 1;
        assert!(rounds <= 3, "the good ones are kept waiting");
        world.clock.advance(TimeDelta::minutes(10));
    }
    let stalled = |world: &World| -> u32 {
        world.raw("hickman").query_row("SELECT count(*) FROM outbox WHERE stalled = 1", [], |row| row.get(0)).unwrap()
    };
    for _ in 0..3 {
        deliver(&world.polaris);
        world.clock.advance(TimeDelta::minutes(40));
    }
    assert_eq!(stalled(&world), 3);
    // From then on they keep nobody waiting, however many they are and whenever their turn is.
    for number in 0..3 {
        world.raw("hickman").execute("UPDATE outbox SET next_attempt_at = '2026-09-01T12:00:00.000Z' WHERE state = 'waiting'", []).unwrap();
        queue(&world, "kckps", &[&format!("late{number}@example.org")]);
        let delivered = deliver(&world.polaris);
        assert_eq!((delivered.sent, delivered.postponed), (1, 3), "{number}");
        world.clock.advance(TimeDelta::minutes(1));
    }
    world.clock.advance(TimeDelta::days(3));
    let mut failed = 0;
    for _ in 0..5 {
        failed += deliver(&world.polaris).failed;
    }
    assert_eq!(failed, 3);
}

#[test]
fn a_worker_that_meets_mails_that_hang_the_server_sends_all_others() {
    let server = Server::start();
    let world = through(SmtpConfig { timeout: Duration::from_millis(100), ..server.config() });
    let bad: Vec<String> = (0..4).map(|number| format!("hang{number}@example.org")).collect();
    queue(&world, "hickman", &bad.iter().map(String::as_str).collect::<Vec<_>>());
    let good: Vec<String> = (0..10).map(|number| format!("person{number}@example.org")).collect();
    queue(&world, "kckps", &good.iter().map(String::as_str).collect::<Vec<_>>());
    let worker = MailWorker::start(&world.polaris).unwrap();
    wait_until("all others are sent", || {
        world.clock.advance(TimeDelta::seconds(5));
        server.taken().len() == 10
    });
    assert!(worker.stop(Duration::from_secs(10)));
}

#[test]
fn how_many_wait_is_seen_while_a_server_hangs() {
    let server = Server::start();
    let world = through(SmtpConfig { port: Some(server.port), timeout: Duration::from_secs(20), ..SmtpConfig::at("127.0.0.1") });
    *server.deaf_to.lock().unwrap() = "connect";
    queue(&world, "kckps", &["ann@example.org", "bo@example.org"]);
    queue(&world, "hickman", &["cy@example.org"]);
    let worker = MailWorker::start(&world.polaris).unwrap();
    wait_until("it is asked", || server.connections.load(Ordering::Relaxed) == 1);
    let status = world.polaris.mail_status().unwrap();
    assert_eq!((status.waiting, status.oldest.is_some()), (3, true));
    *server.deaf_to.lock().unwrap() = "";
    drop(worker);
}

#[test]
fn how_many_wait_is_counted_after_each_tenant() {
    let server = Server::start();
    let world = server.world();
    queue(&world, "hickman", &["ann@example.org", "bo@example.org"]);
    queue(&world, "kckps", &["cy@example.org"]);
    let mut seen = Vec::new();
    let platform = world.platform();
    let mut count = |_: &Delivered| {
        seen.push(world.polaris.mail_status().unwrap().waiting);
        true
    };
    platform.mails().deliver(&NewDelivery::default(), &mut count).unwrap();
    assert_eq!(seen, [3, 3, 1]);
    assert_eq!(world.polaris.mail_status().unwrap().waiting, 0);
}

#[test]
fn a_server_that_closes_is_down_for_the_round() {
    let server = Server::start();
    let world = server.world();
    queue(&world, "kckps", &["closing@example.org", "ann@example.org"]);
    assert_eq!(deliver(&world.polaris), Delivered { postponed: 2, waiting: 2, ..Delivered::default() });
    world.clock.advance(TimeDelta::minutes(2));
    server.mended.store(true, Ordering::Relaxed);
    assert_eq!(deliver(&world.polaris).sent, 2);
}

#[test]
fn a_log_in_is_used_and_one_that_is_refused_fails_no_mail() {
    let server = Server::start();
    let smtp = |password: &str| SmtpConfig {
        port: Some(server.port),
        login: Some(SmtpLogin { user: "polaris".into(), password: password.into() }),
        timeout: Duration::from_millis(400),
        ..SmtpConfig::at("127.0.0.1")
    };
    let world = through(smtp("wrong"));
    queue(&world, "kckps", &["ann@example.org"]);
    deliver(&world.polaris);
    let mail = one(&world, "ann");
    assert_eq!(mail.state, MailState::Waiting);
    assert_eq!(mail.last_error.as_deref(), Some("the mail server refuses the log-in (535 5.7.8)"));
    let world = through(smtp("right"));
    queue(&world, "kckps", &["ann@example.org"]);
    assert_eq!(deliver(&world.polaris).sent, 1);
}

#[test]
fn many_mails_go_over_one_connection() {
    let server = Server::start();
    let world = server.world();
    let people: Vec<String> = (0..45).map(|number| format!("person{number}@example.org")).collect();
    queue(&world, "kckps", &people.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(deliver(&world.polaris).sent, 45);
    assert_eq!(server.connections.load(Ordering::Relaxed), 1);
}

#[test]
fn a_worker_that_is_stopped_while_a_server_hangs_does_not_wait_for_it_for_ever() {
    let server = Server::start();
    let world = through(SmtpConfig { port: Some(server.port), timeout: Duration::from_secs(10), ..SmtpConfig::at("127.0.0.1") });
    let worker = MailWorker::start(&world.polaris).unwrap();
    queue(&world, "kckps", &["hang@example.org"]);
    wait_until("it is being sent", || one(&world, "hang").state == MailState::Sending);
    let began = Instant::now();
    assert!(!worker.stop(Duration::from_millis(200)));
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(one(&world, "hang").state, MailState::Sending, "whoever comes next takes it up when its time is over");
}
