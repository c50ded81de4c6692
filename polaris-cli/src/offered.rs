//! Arguments that take one of a few words: whoever completes a command is offered them.

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

/// A parser of arguments, and the words it is offered.
#[derive(Clone)]
pub(crate) struct Offered<P> {
    parser: P,
    words: fn() -> Vec<&'static str>,
}

impl<P> Offered<P> {
    pub(crate) fn new(parser: P, words: fn() -> Vec<&'static str>) -> Self {
        Self { parser, words }
    }
}

impl<P: TypedValueParser> TypedValueParser for Offered<P> {
    type Value = P::Value;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &std::ffi::OsStr) -> Result<P::Value, Error> {
        self.parser.parse_ref(command, argument, value)
    }

    /// Not shown in a help, which tells them in its own words.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.words)().into_iter().map(PossibleValue::new)))
    }
}

/// A word of one of the engine's lists, such as `EventStatus`, read as the engine reads it.
macro_rules! word {
    ($list:ty) => {
        $crate::offered::word!($list, parse)
    };
    ($list:ty, $read:ident) => {
        $crate::offered::Offered::new(
            |text: &str| <$list>::$read(text).map_err(|problem| problem.message),
            || <$list>::ALL.iter().map(|word| word.as_str()).collect(),
        )
    };
}

/// Such a word as text: the engine judges it together with the other fields.
macro_rules! text {
    [$($word:literal),+] => {
        $crate::offered::Offered::new(|text: &str| Ok::<_, std::convert::Infallible>(text.to_owned()), || {
            vec![$($word),+]
        })
    };
    ($list:ty) => {
        $crate::offered::Offered::new(|text: &str| Ok::<_, std::convert::Infallible>(text.to_owned()), || {
            <$list>::ALL.iter().map(|word| word.as_str()).collect()
        })
    };
}

/// What a list is sorted by; with a `-` before it, the other way.
macro_rules! order {
    ($order:ty, $sort:ty) => {
        $crate::offered::Offered::new(
            |text: &str| <$order>::parse(text).map_err(|problem| problem.message),
            || <$sort>::ALL.iter().map(|word| word.as_str()).collect(),
        )
    };
}

pub(crate) use {order, text, word};
