//! ZIP archives (PKWARE APPNOTE), as far as workbooks use them: the directory at the end, stored and deflated entries.

use std::io::{self, BufReader, Read};

use flate2::bufread::DeflateDecoder;

use super::super::refused;
use super::damaged;
use crate::error::Result;

/// Bytes that one entry is unpacked to, at most.
const MOST_UNPACKED: u64 = 512 << 20;
/// Entries that are looked at, at most; a workbook with a hundred sheets and as many pictures has fewer.
const MOST_ENTRIES: usize = 20_000;

/// An archive in memory.
pub(super) struct Archive<'b> {
    bytes: &'b [u8],
    entries: Vec<Entry<'b>>,
}

struct Entry<'b> {
    name: &'b [u8],
    method: u16,
    crc: u32,
    packed: u64,
    unpacked: u64,
    header: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

impl<'b> Archive<'b> {
    /// Reads the directory.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self> {
        Self::directory(bytes).ok_or_else(|| damaged("its list of parts is missing"))?.checked()
    }

    fn directory(bytes: &'b [u8]) -> Option<Self> {
        // The record that ends an archive may have a comment of 64 KiB behind it.
        let from = bytes.len().saturating_sub(22 + 0xFFFF);
        let end = from + bytes[from..].windows(4).rposition(|window| window == b"PK\x05\x06")?;
        bytes.get(end..end + 22)?;
        let (mut count, mut at) = (u64::from(u16_at(bytes, end + 10)?), u64::from(u32_at(bytes, end + 16)?));
        if (count == 0xFFFF || at == 0xFFFF_FFFF)
            && let Some(locator) = end.checked_sub(20).filter(|at| bytes[*at..].starts_with(b"PK\x06\x07"))
        {
            let record = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
            bytes.get(record..)?.starts_with(b"PK\x06\x06").then_some(())?;
            (count, at) = (u64_at(bytes, record.checked_add(32)?)?, u64_at(bytes, record.checked_add(48)?)?);
        }
        let mut at = usize::try_from(at).ok()?;
        let mut entries = Vec::new();
        for _ in 0..count.min(MOST_ENTRIES as u64 + 1) {
            let head = bytes.get(at..)?;
            head.starts_with(b"PK\x01\x02").then_some(())?;
            let length = |at| u16_at(head, at).map(usize::from);
            let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
            let mut entry = Entry {
                name: head.get(46..46 + name)?,
                method: if u16_at(head, 8)? & 1 == 1 { ENCRYPTED } else { u16_at(head, 10)? },
                crc: u32_at(head, 16)?,
                packed: u64::from(u32_at(head, 20)?),
                unpacked: u64::from(u32_at(head, 24)?),
                header: u64::from(u32_at(head, 42)?),
            };
            entry.widen(head.get(46 + name..46 + name + extra)?);
            entries.push(entry);
            at += 46 + name + extra + comment;
        }
        Some(Self { bytes, entries })
    }

    fn checked(self) -> Result<Self> {
        if self.entries.len() > MOST_ENTRIES {
            return Err(refused("is an archive of very many files, not a workbook"));
        }
        Ok(self)
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    fn entry(&self, name: &str) -> Option<&Entry<'b>> {
        let same = |byte: (&u8, u8)| match byte.0 {
            b'\\' => byte.1 == b'/',
            other => other.eq_ignore_ascii_case(&byte.1),
        };
        let name = name.trim_start_matches('/');
        self.entries.iter().find(|entry| {
            let own = entry.name.strip_prefix(b"/").unwrap_or(entry.name);
            own.len() == name.len() && own.iter().zip(name.bytes()).all(same)
        })
    }

    /// What a part unpacks to, to be read once from its begin to its end.
    pub(super) fn unpack(&self, name: &str) -> Result<Unpacked<'b>> {
        let entry = self.entry(name).ok_or_else(|| damaged("a part is missing"))?;
        let packed = self.packed(entry).ok_or_else(|| damaged("a part is cut off"))?;
        if entry.unpacked > MOST_UNPACKED {
            return Err(refused(format!("would unpack to more than {} MiB: split it, or save it as CSV", MOST_UNPACKED >> 20)));
        }
        let source: Box<dyn Read + 'b> = match entry.method {
            0 => Box::new(packed),
            8 => Box::new(DeflateDecoder::new(packed)),
            ENCRYPTED => return Err(refused("is protected with a password: save it without one")),
            _ => return Err(damaged("packed in a way that workbooks are not")),
        };
        Ok(BufReader::with_capacity(1 << 16, Checked { source, crc: crc32fast::Hasher::new(), left: entry.unpacked, wanted: entry.crc }))
    }

    fn packed(&self, entry: &Entry<'_>) -> Option<&'b [u8]> {
        let head = self.bytes.get(usize::try_from(entry.header).ok()?..)?;
        head.starts_with(b"PK\x03\x04").then_some(())?;
        let begin = 30 + usize::from(u16_at(head, 26)?) + usize::from(u16_at(head, 28)?);
        head.get(begin..begin.checked_add(usize::try_from(entry.packed).ok()?)?)
    }
}

/// Stands for whatever an encrypted entry is packed with.
const ENCRYPTED: u16 = u16::MAX;

impl Entry<'_> {
    /// Takes the sizes that are too large for their fields from where they are then (4.5.3). Some write them so however small they are.
    fn widen(&mut self, mut extra: &[u8]) {
        while let (Some(kind), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let length = usize::from(length);
            let Some(mut field) = extra.get(4..4 + length) else { return };
            if kind == 1 {
                for size in [&mut self.unpacked, &mut self.packed, &mut self.header] {
                    if *size == 0xFFFF_FFFF
                        && let Some(wide) = u64_at(field, 0)
                    {
                        *size = wide;
                        field = &field[8..];
                    }
                }
            }
            extra = &extra[4 + length..];
        }
    }
}

/// The bytes of a part.
pub(super) type Unpacked<'b> = BufReader<Checked<'b>>;

/// Reads no more than the directory says there is, and checks that it is that.
pub(super) struct Checked<'b> {
    source: Box<dyn Read + 'b>,
    crc: crc32fast::Hasher,
    left: u64,
    wanted: u32,
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.crc.update(&buffer[..read]);
        self.left = match self.left.checked_sub(read as u64) {
            Some(left) => left,
            None => return Err(io::Error::other("more than the list of parts says")),
        };
        if read == 0 && !buffer.is_empty() && (self.left > 0 || self.crc.clone().finalize() != self.wanted) {
            return Err(io::Error::other("not what the list of parts says"));
        }
        Ok(read)
    }
}
