//! The networks that a module's radio finds.

use std::cell::RefCell;
use std::rc::Rc;

/// A network and its password.
#[derive(Clone, Debug)]
struct Network {
    name: Vec<u8>,
    password: Vec<u8>,
}

/// Why a network cannot be joined: `<error code>` of `+CWJAP` (Wi-Fi AT Commands, AT+CWJAP, Parameters).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    WrongPassword = 2,
    NoSuchNetwork = 3,
}

/// What is on the air, for all modules. There is no radio: unless networks are declared, every
/// network is there and has any password.
#[derive(Clone, Default, Debug)]
pub(crate) struct Air {
    networks: Rc<RefCell<Vec<Network>>>,
}

impl Air {
    /// From the first one on, no other is there.
    pub(crate) fn add(&self, name: &[u8], password: &[u8]) {
        self.remove(name);
        let network = Network { name: name.to_vec(), password: password.to_vec() };
        self.networks.borrow_mut().push(network);
    }

    fn remove(&self, name: &[u8]) {
        self.networks.borrow_mut().retain(|network| network.name != name);
    }

    /// Whether such a network takes such a password.
    pub(crate) fn admits(&self, name: &[u8], password: &[u8]) -> Result<(), Refused> {
        let networks = self.networks.borrow();
        if networks.is_empty() {
            return Ok(());
        }
        match networks.iter().find(|network| network.name == name) {
            Some(network) if network.password == password => Ok(()),
            Some(_) => Err(Refused::WrongPassword),
            None => Err(Refused::NoSuchNetwork),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Air, Refused};

    #[test]
    fn any_network_until_one_is_declared() {
        let air = Air::default();
        assert_eq!(air.admits(b"any", b"thing"), Ok(()));
        air.add(b"home", b"secret");
        assert_eq!(air.admits(b"home", b"secret"), Ok(()));
        assert_eq!(air.admits(b"home", b"Secret"), Err(Refused::WrongPassword));
        assert_eq!(air.admits(b"Home", b"secret"), Err(Refused::NoSuchNetwork));
    }

    #[test]
    fn the_last_declaration_of_a_name_holds() {
        let air = Air::default();
        air.add(b"home", b"old");
        air.clone().add(b"home", b"new");
        assert_eq!(air.admits(b"home", b"old"), Err(Refused::WrongPassword));
        assert_eq!(air.admits(b"home", b"new"), Ok(()));
    }
}
