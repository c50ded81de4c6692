//! A mail as bytes (RFC 5322): headers, and its text, HTML and invite as parts.
//!
//! Whatever people wrote, no line of theirs becomes a header: control characters are taken out of what stands in headers, and the rest is
//! encoded (RFC 2047).

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart};

use super::message::Message;

/// A mail that can be handed to a transport.
pub(crate) struct Outgoing {
    /// What it is called in a folder: the same at every attempt.
    pub(crate) name: String,
    pub(crate) from: Address,
    pub(crate) to: Address,
    pub(crate) bytes: Vec<u8>,
}

/// What a mail is sent under.
pub(crate) struct Label<'a> {
    /// The operator's address.
    pub(crate) from: &'a str,
    /// The same at every attempt, so that whoever gets a mail twice can tell.
    pub(crate) message_id: &'a str,
    pub(crate) name: String,
    pub(crate) date: DateTime<Utc>,
}

/// Writes the mail. An error is a sentence on why it can't be, without anybody's address.
pub(crate) fn write(message: &Message, label: Label<'_>) -> Result<Outgoing, &'static str> {
    let from: Address = label.from.parse().map_err(|_| "the address that mails come from is not one that mail can be sent from")?;
    if !message.to.is_ascii() {
        return Err("the recipient's address has letters that most mail servers don't take; give one in plain letters");
    }
    let to: Address = message.to.parse().map_err(|_| "the recipient's address is not one that mail can be sent to")?;
    let mut builder = MessageBuilder::new()
        .date(label.date.into())
        .from(Mailbox::new(named(&message.from_name), from.clone()))
        .to(Mailbox::new(message.to_name.as_deref().and_then(named), to.clone()))
        .subject(one_line(&message.subject))
        .raw_header(plain("Message-ID", &format!("<{}>", label.message_id)))
        // Nobody's holiday should answer it (RFC 3834).
        .raw_header(plain("Auto-Submitted", "auto-generated"));
    if let Some(reply_to) = message.reply_to.as_deref().filter(|address| address.is_ascii()).and_then(|address| address.parse().ok()) {
        builder = builder.reply_to(Mailbox::new(None, reply_to));
    }
    if let Some(address) = message.unsubscribe.as_deref().filter(|address| address.bytes().all(|byte| byte.is_ascii_graphic())) {
        builder = builder
            .raw_header(plain("List-Unsubscribe", &format!("<{}>", address.replace(['<', '>'], ""))))
            .raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let texts =
        MultiPart::alternative().singlepart(SinglePart::plain(message.text.clone())).singlepart(SinglePart::html(message.html.clone()));
    let body = match &message.invite {
        None => texts,
        Some(invite) => {
            let kind = format!("text/calendar; charset=utf-8; method={}", invite.method);
            let part = SinglePart::builder().content_type(calendar(&kind)?).body(invite.text.clone());
            let file = Attachment::new("invite.ics".to_owned()).body(invite.text.clone(), calendar("application/ics")?);
            MultiPart::mixed().multipart(texts.singlepart(part)).singlepart(file)
        }
    };
    let written = builder.multipart(body).map_err(|_| "the mail can't be put together")?;
    Ok(Outgoing { name: label.name, from, to, bytes: written.formatted() })
}

fn calendar(kind: &str) -> Result<ContentType, &'static str> {
    ContentType::parse(kind).map_err(|_| "the mail's invite is of no known kind")
}

/// A header of plain words, written as it is: encoded, addresses of more than a line would be no more what programs look for.
fn plain(name: &'static str, value: &str) -> HeaderValue {
    let value: String = value.chars().filter(|c| c.is_ascii() && !c.is_ascii_control()).collect();
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

fn named(name: &str) -> Option<String> {
    Some(one_line(name)).filter(|name| !name.is_empty())
}

/// The text without line breaks and other control characters, and none of the marks that turn writing round.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::mail::message::Invite;

    fn message() -> Message {
        Message {
            from_name: "Kansas City Kansas".into(),
            reply_to: Some("office@kckps.example".into()),
            to_name: Some("Pat Lee".into()),
            to: "pat@example.org".into(),
            subject: "You are signed up".into(),
            text: "Dear Pat\n".into(),
            html: "<p>Dear Pat</p>".into(),
            invite: None,
            unsubscribe: None,
        }
    }

    fn written(message: &Message) -> String {
        let label = Label {
            from: "events@polaris.example",
            message_id: "1.7@polaris.example",
            name: "x".into(),
            date: "2026-11-21T16:00:00Z".parse().unwrap(),
        };
        String::from_utf8(write(message, label).unwrap_or_else(|why| panic!("{why}")).bytes).unwrap()
    }

    fn headers(mail: &str) -> Vec<&str> {
        mail.split("\r\n\r\n").next().unwrap().split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).collect()
    }

    #[test]
    fn a_mail_has_its_headers_and_both_texts() {
        let mail = written(&message());
        for line in [
            "From: \"Kansas City Kansas\" <events@polaris.example>",
            "To: \"Pat Lee\" <pat@example.org>",
            "Reply-To: office@kckps.example",
            "Subject: You are signed up",
            "Message-ID: <1.7@polaris.example>",
            "Date: Sat, 21 Nov 2026 16:00:00 +0000",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(headers(&mail).contains(&line), "{line}\n{mail}");
        }
        assert!(mail.contains("multipart/alternative") && mail.contains("text/plain") && mail.contains("text/html"), "{mail}");
        assert!(mail.split("\r\n").all(|line| line.len() <= 998 && !line.contains('\n')), "{mail}");
    }

    #[test]
    fn no_line_that_people_wrote_becomes_a_header() {
        let evil = "Career Day\r\nBcc: victim@example.org\n\nX: y\u{2028}Bcc: z\u{0}\u{85}";
        let mut message = message();
        for field in [&mut message.from_name, &mut message.subject] {
            *field = evil.to_owned();
        }
        message.to_name = Some(evil.to_owned());
        message.unsubscribe = Some(format!("https://a.example/{}", evil.replace(' ', "")));
        let mail = written(&message);
        let names: Vec<&str> = headers(&mail).iter().map(|line| line.split(':').next().unwrap()).collect();
        assert!(names.iter().all(|name| !["Bcc", "X"].contains(name)), "{mail}");
        assert!(!names.contains(&"List-Unsubscribe"), "an address with line breaks is none");
        message.reply_to = Some("a@b.example\r\nBcc: victim@example.org".to_owned());
        assert!(!headers(&written(&message)).iter().any(|line| line.starts_with("Bcc") || line.starts_with("Reply-To")));
        message.to = "pat@example.org\r\nRCPT TO:<victim@example.org>".to_owned();
        let label = Label { from: "a@b.example", message_id: "1@b", name: "x".into(), date: Utc::now() };
        assert!(write(&message, label).is_err());
    }

    #[test]
    fn an_address_to_unsubscribe_at_stands_in_one_piece_however_long_it_is() {
        let mut message = message();
        let address = format!("https://events.example.org/signup/kckps/unsubscribe/{}", "x".repeat(120));
        message.unsubscribe = Some(address.clone());
        let mail = written(&message);
        assert!(headers(&mail).contains(&format!("List-Unsubscribe: <{address}>").as_str()), "{mail}");
        assert!(headers(&mail).contains(&"List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
    }

    #[test]
    fn an_invite_is_a_part_that_programs_show_and_a_file() {
        let mut message = message();
        message.invite = Some(Invite { method: "REQUEST", text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".into() });
        let mail = written(&message);
        assert!(
            mail.contains("text/calendar; charset=utf-8; method=REQUEST")
                || mail.contains("text/calendar; charset=utf-8;\r\n method=REQUEST"),
            "{mail}"
        );
        assert!(mail.contains("filename=\"invite.ics\"") && mail.contains("multipart/mixed"), "{mail}");
    }

    #[test]
    fn an_address_in_other_letters_is_refused_clearly() {
        let label = || Label { from: "a@b.example", message_id: "1@b", name: "x".into(), date: Utc::now() };
        let refused = write(&Message { to: "päт@example.org".into(), ..message() }, label()).err().unwrap();
        assert!(refused.contains("plain letters") && !refused.contains('@'), "{refused}");
    }
}
