//! What carries mails: a mail server, or a folder of files.

mod folder;
mod smtp;

use std::path::PathBuf;

use super::config::{MailConfig, MailTransport, SmtpConfig};
use super::mime::Outgoing;
use crate::error::Result;
use folder::Folder;
use smtp::Smtp;

/// What became of a mail that was not taken. Each says why, without anybody's address: the words of servers repeat those.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It will never be taken.
    ForGood(String),
    /// It may be taken later.
    Later(String),
    /// The same, where the server hung or hung up instead of answering.
    Stalled(String),
    /// Nothing is taken at the moment.
    Down(String),
}

/// A transport, with its connection, if it has one.
pub(crate) enum Transport {
    /// All mails wait.
    None,
    Folder(Folder),
    Smtp(Box<Smtp>),
}

impl Transport {
    /// The one that is configured; `usual` is the folder in the data directory, if there is one.
    pub(crate) fn of(config: &MailConfig, usual: Option<PathBuf>) -> Result<Self> {
        Ok(match &config.transport {
            MailTransport::None => Self::None,
            MailTransport::Folder(Some(folder)) => Self::Folder(Folder::at(folder.clone())),
            MailTransport::Folder(None) => usual.map_or(Self::None, |folder| Self::Folder(Folder::at(folder))),
            MailTransport::Smtp(smtp) => Self::Smtp(Box::new(Smtp::new(smtp, config.from_address())?)),
        })
    }

    pub(crate) fn is_off(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether a mail could be handed over now. A server that was found to be down is asked again only after [`Self::begin_round`].
    pub(crate) fn ready(&mut self) -> std::result::Result<(), String> {
        match self {
            Self::None => Err("mail is switched off".to_owned()),
            Self::Folder(folder) => folder.ready(),
            Self::Smtp(smtp) => smtp.ready(),
        }
    }

    /// Why nothing is handed over any more in this round, if nothing is.
    pub(crate) fn down(&self) -> Option<&str> {
        match self {
            Self::Smtp(smtp) => smtp.down(),
            Self::None | Self::Folder(_) => None,
        }
    }

    /// Hands a mail over.
    pub(crate) fn send(&mut self, mail: &Outgoing) -> std::result::Result<(), Refusal> {
        match self {
            Self::None => Err(Refusal::Down("mail is switched off".to_owned())),
            Self::Folder(folder) => folder.send(mail),
            Self::Smtp(smtp) => smtp.send(mail),
        }
    }

    /// Forgets that the server was down.
    pub(crate) fn begin_round(&mut self) {
        if let Self::Smtp(smtp) = self {
            smtp.begin_round();
        }
    }

    /// Ends the connection, politely.
    pub(crate) fn rest(&mut self) {
        if let Self::Smtp(smtp) = self {
            smtp.hang_up();
        }
    }
}

/// That a server can be spoken to as it is wished.
pub(super) fn check_security(smtp: &SmtpConfig) -> Result<()> {
    smtp::Security::of(smtp).map(|_| ())
}
