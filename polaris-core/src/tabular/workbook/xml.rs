//! XML as workbooks have it, event by event, with bounds on how long one event and how deep the whole may be.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event};

use super::archive::Unpacked;
use super::damaged;
use crate::error::{Error, Result};

/// Bytes of one tag or text, at most. The longest cell has 32,767 characters, and spelling one out takes 10.
const LONGEST: usize = 1 << 20;
/// Elements within elements, at most. Cells are four deep.
const DEEPEST: usize = 64;

/// A part being read.
pub(super) struct Xml<'b> {
    reader: quick_xml::Reader<Metered<'b>>,
    buffer: Vec<u8>,
    depth: usize,
}

/// What a part says, as far as anybody wants to know.
pub(super) enum Told<'x> {
    /// An element begins; `true`: and ends at once.
    Begin(BytesStart<'x>, bool),
    /// An element ends.
    End(BytesEnd<'x>),
    /// A piece of text.
    Text(Cow<'x, str>),
    /// The part ends.
    Nothing,
}

impl<'b> Xml<'b> {
    pub(super) fn new(part: Unpacked<'b>) -> Self {
        let mut reader = quick_xml::Reader::from_reader(Metered { part, left: 0 });
        let config = reader.config_mut();
        config.trim_text(false);
        config.allow_dangling_amp = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// The next thing said.
    pub(super) fn next(&mut self) -> Result<Told<'_>> {
        self.buffer.clear();
        self.reader.get_mut().left = LONGEST;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| unreadable(&error))?;
        Ok(match event {
            Event::Start(element) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(damaged("its parts are nested too deeply"));
                }
                Told::Begin(element, false)
            }
            Event::Empty(element) => Told::Begin(element, true),
            Event::End(element) => {
                self.depth = self.depth.saturating_sub(1);
                Told::End(element)
            }
            Event::Text(text) => Told::Text(text.xml10_content()),
            Event::CData(text) => Told::Text(text.xml10_content()),
            Event::GeneralRef(named) => {
                Told::Text(Cow::Owned(character(&named).ok_or_else(|| damaged("it names a character that is none"))?.into()))
            }
            Event::Eof if self.depth > 0 => return Err(damaged("a part ends too soon")),
            Event::Eof => Told::Nothing,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => Told::Text(Cow::Borrowed("")),
        })
    }
}

fn unreadable(error: &quick_xml::Error) -> Error {
    match error {
        quick_xml::Error::Io(_) => damaged("a part is not what it should be, or too long"),
        _ => damaged("a part is not well-formed"),
    }
}

/// A character written as its number or name; entities of one's own are none.
fn character(named: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = named.resolve_char_ref() {
        return Some(character);
    }
    match &**named {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// A name without the prefix that some write before each.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The local name of an element.
pub(super) fn name<'x>(element: &'x BytesStart<'_>) -> &'x str {
    local(element.name().into_inner())
}

/// The local name of an element that ends.
pub(super) fn ended<'x>(element: &'x BytesEnd<'_>) -> &'x str {
    local(element.name().into_inner())
}

/// An attribute, whatever its prefix.
pub(super) fn attribute<'x>(element: &'x BytesStart<'_>, wanted: &str) -> Option<Cow<'x, str>> {
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| local(attribute.key.into_inner()) == wanted)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok()
}

/// Gives so many bytes for one event, and no more.
struct Metered<'b> {
    part: Unpacked<'b>,
    left: usize,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Metered<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("a text longer than any cell's"));
        }
        self.part.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.part.consume(amount);
    }
}
