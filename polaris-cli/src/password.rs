//! Passwords come through standard input or are typed unseen; never as arguments, which others on the machine can read.

use std::io::{self, IsTerminal as _, Read as _};

use clap::Args;
use polaris_core::{Error, Password};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use crate::app::App;
use crate::failure::Failure;

/// More than any password may have.
const MOST_BYTES: u64 = 4_096;
/// What a terminal makes of Ctrl-C.
const CTRL_C: u8 = 3;

/// Where a password comes from, if one is given.
#[derive(Debug, Args)]
pub(crate) struct PasswordArgs {
    /// read the password from standard input, where one line of it stands
    #[arg(long, conflicts_with = "password_prompt")]
    password_stdin: bool,
    /// ask for the password, twice, without showing it
    #[arg(long)]
    password_prompt: bool,
}

impl PasswordArgs {
    /// Whether one is given.
    pub(crate) fn given(&self) -> bool {
        self.password_stdin || self.password_prompt
    }

    /// The password, if one is given.
    pub(crate) fn read(&self, app: &mut App<'_>) -> Result<Option<Password>, Failure> {
        let stdin = io::stdin();
        match (self.password_stdin, self.password_prompt) {
            (true, _) if stdin.is_terminal() => {
                Err(refused("--password-stdin", "reads from a pipe or a file: at a terminal use --password-prompt"))
            }
            (true, _) => piped().map(Some),
            (_, true) if !stdin.is_terminal() => {
                Err(refused("--password-prompt", "needs a terminal to ask at: use --password-stdin in a script"))
            }
            (_, true) => asked(app).map(Some),
            _ => Ok(None),
        }
    }
}

fn refused(field: &str, message: &str) -> Failure {
    Error::bad_request(field, message).into()
}

fn piped() -> Result<Password, Failure> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes).map_err(|_| refused("password", "can't be read from standard input"))?;
    password(bytes)
}

/// Without the line's end. More than a line is a mistake: the wrong file, most likely.
fn password(bytes: Vec<u8>) -> Result<Password, Failure> {
    let text = String::from_utf8(bytes).map_err(|_| refused("password", "is not UTF-8 text"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains(['\n', '\r']) {
        return Err(refused("password", "must be a single line"));
    }
    Ok(Password::from(line))
}

fn asked(app: &mut App<'_>) -> Result<Password, Failure> {
    let unseen = Unseen::begin().map_err(|_| refused("--password-prompt", "can't hide what is typed at this terminal"))?;
    let mut ask = |question: &str| {
        app.printer.aside(question);
        typed().and_then(password)
    };
    let typed = ask("new password, not shown:")?;
    let again = ask("once more:")?;
    drop(unseen);
    if typed == again { Ok(typed) } else { Err(refused("password", "was typed differently the second time: nothing was changed")) }
}

/// A line, without its end, unless it is given up with Ctrl-C.
fn typed() -> Result<Vec<u8>, Failure> {
    let mut line = Vec::new();
    for byte in io::stdin().lock().take(MOST_BYTES).bytes() {
        match byte.map_err(|_| refused("password", "can't be read"))? {
            b'\n' => break,
            CTRL_C => return Err(Error::Conflict("no password was given: nothing was changed".to_owned()).into()),
            byte => line.push(byte),
        }
    }
    Ok(line)
}

/// Hides what is typed until dropped. Meanwhile Ctrl-C ends the line instead of the program, which would leave the terminal mute.
struct Unseen {
    before: Termios,
}

impl Unseen {
    fn begin() -> rustix::io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        hidden.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        tcsetattr(io::stdin(), OptionalActions::Flush, &hidden)?;
        Ok(Self { before })
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::password;

    #[test]
    fn a_password_is_one_line_without_its_end() {
        let read = |bytes: &[u8]| password(bytes.to_vec()).ok().map(|password| password.reveal().to_owned());
        for line in [&b"correct horse"[..], b"correct horse\n", b"correct horse\r\n"] {
            assert_eq!(read(line).as_deref(), Some("correct horse"));
        }
        assert_eq!(read(b" spaces count ").as_deref(), Some(" spaces count "));
        assert_eq!(read(b"").as_deref(), Some(""));
        for bad in [&b"two\nlines"[..], b"a\n\n", b"\xff"] {
            assert_eq!(read(bad), None);
        }
    }
}
