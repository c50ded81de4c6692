//! Where a request comes from: the address that connected, or the one that a proxy we know says it connected for.

use std::net::IpAddr;
use std::str::FromStr;

use poem::Request;
use poem::http::HeaderMap;

/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or one alone.
///
/// ```
/// use polaris_http::Network;
///
/// let network: Network = "10.0.0.0/8".parse().unwrap();
/// assert!(network.contains("10.1.2.3".parse().unwrap()));
/// assert!("10.0.0.0/33".parse::<Network>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// That a text is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| NotANetwork)?;
        if bits > most { Err(NotANetwork) } else { Ok(Self { address, bits }) }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Network {
    /// Whether an address is one of these.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address.to_canonical(), address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(other)) => (ours.to_bits() ^ other.to_bits()).leading_zeros() >= u32::from(self.bits),
            (IpAddr::V6(ours), IpAddr::V6(other)) => (ours.to_bits() ^ other.to_bits()).leading_zeros() >= u32::from(self.bits),
            _ => false,
        }
    }
}

/// Where a request comes from.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) address: Option<IpAddr>,
    /// Whether a proxy that is believed says it came over TLS.
    pub(crate) https: bool,
}

impl Origin {
    pub(crate) fn of(request: &Request, trusted: &[Network]) -> Self {
        Self::told(request.remote_addr().as_socket_addr().map(|address| address.ip().to_canonical()), request.headers(), trusted)
    }

    fn told(connected: Option<IpAddr>, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let believed = |address: &IpAddr| trusted.iter().any(|network| network.contains(*address));
        let Some(mut address) = connected.filter(believed) else { return Self { address: connected, https: false } };
        let lines = |name: &str| {
            let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
            lines.flat_map(|line| line.split(',')).map(|part| part.trim().to_owned()).collect::<Vec<_>>()
        };
        // Each proxy adds whom it was connected by at the end: believed as long as those who say it are.
        for said in lines("x-forwarded-for").iter().rev() {
            let Some(next) = address_of(said) else { break };
            address = next;
            if !believed(&address) {
                break;
            }
        }
        let https = lines("x-forwarded-proto").last().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        Self { address: Some(address), https }
    }
}

/// An address, with a port behind it or without.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(text);
    let address: Option<IpAddr> = bare.parse().ok();
    address.or_else(|| text.parse().ok().map(|address: std::net::SocketAddr| address.ip())).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn seen(connected: &str, said: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in said {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let connected: IpAddr = connected.parse().unwrap();
        Origin::told(Some(connected.to_canonical()), &headers, &trusted).address.unwrap().to_string()
    }

    #[test]
    fn only_known_proxies_are_believed_and_only_as_far_as_they_know() {
        assert_eq!(seen("192.0.2.7", &["203.0.113.9"], &[]), "192.0.2.7", "anybody can say anything");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 203.0.113.9, 10.0.0.2"], &["10.0.0.0/8"]), "203.0.113.9", "what the client made up");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "203.0.113.9"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["[2001:db8::7]:443"], &["10.0.0.0/8"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9:5678"], &["10.0.0.1"]), "203.0.113.9");
    }

    #[test]
    fn networks_are_read_and_compared_by_their_bits() {
        let network = |text: &str| text.parse::<Network>();
        for bad in ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "localhost", "::/129", "10.0.0.0/8/8"] {
            assert!(network(bad).is_err(), "{bad}");
        }
        let any = network("0.0.0.0/0").unwrap();
        assert!(any.contains("203.0.113.9".parse().unwrap()) && !any.contains("::1".parse().unwrap()));
        assert!(network("2001:db8::/32").unwrap().contains("2001:db8:1::7".parse().unwrap()));
        assert_eq!(network("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
    }
}
