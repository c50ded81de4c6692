//! What counts as one address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// An IPv4 address, or the 64 bits of an IPv6 network that one household or school is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Network {
    V4(u32),
    V6([u16; 4]),
}

impl Network {
    /// The network of an address; `None` if it isn't one.
    pub(crate) fn of(address: &str) -> Option<Self> {
        match address.parse::<IpAddr>().ok()?.to_canonical() {
            IpAddr::V4(address) => Some(Self::V4(address.to_bits())),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Some(Self::V6([a, b, c, d]))
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(bits) => Ipv4Addr::from_bits(*bits).fmt(f),
            Self::V6(segments) => write!(f, "{segments:x?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_address_is_one_machine_or_one_network() {
        let network = |text: &str| Network::of(text).unwrap();
        assert_eq!(network("192.0.2.7"), network("::ffff:192.0.2.7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
        assert_eq!(network("2001:db8:1:2::7"), network("2001:db8:1:2:ffff::8"));
        assert_ne!(network("2001:db8:1:2::7"), network("2001:db8:1:3::7"));
        assert_eq!((network("192.0.2.7").to_string(), network("2001:db8::").to_string()), ("192.0.2.7".into(), "[2001, db8, 0, 0]".into()));
        assert_eq!(Network::of("localhost"), None);
    }
}
