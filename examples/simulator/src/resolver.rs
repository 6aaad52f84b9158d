//! Names to addresses, on the one thread of the process that may block.
//!
//! The standard library's resolver is the system's, with its hosts file and its search domains,
//! and it blocks. What is known without it, literal addresses and those of `--resolve`, is not asked.

use crate::options::Resolve;
use mio::Waker;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A question and who asked it.
#[derive(Debug)]
struct Question {
    job: u64,
    station: usize,
    link: usize,
    host: String,
    port: u16,
}

/// The answer to the question of the same number.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What [`Resolver::ask`] returned. Whoever has asked something else since ignores this.
    pub(crate) job: u64,
    pub(crate) station: usize,
    pub(crate) link: usize,
    pub(crate) addresses: io::Result<Vec<SocketAddr>>,
}

/// The asking side. The thread is started by the first question and ends with this value.
#[derive(Debug)]
pub(crate) struct Resolver {
    waker: Arc<Waker>,
    questions: Option<Sender<Question>>,
    answers: (Sender<Answer>, Receiver<Answer>),
    jobs: u64,
    given: Vec<Resolve>,
}

impl Resolver {
    pub(crate) fn new(waker: Waker, given: Vec<Resolve>) -> Self {
        Self { waker: Arc::new(waker), questions: None, answers: channel(), jobs: 0, given }
    }

    /// The address, if nobody has to be asked for it.
    pub(crate) fn known(&self, host: &str, port: u16) -> Option<SocketAddr> {
        Resolve::find(&self.given, host, port)
            .or_else(|| host.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, port)))
    }

    /// Asks for the addresses of a name. The answer is delivered by [`answer`](Self::answer).
    pub(crate) fn ask(
        &mut self,
        station: usize,
        link: usize,
        host: &str,
        port: u16,
    ) -> io::Result<u64> {
        self.jobs += 1;
        let question = Question { job: self.jobs, station, link, host: host.to_owned(), port };
        if self.questions.is_none() {
            self.questions = Some(self.start()?);
        }
        self.questions
            .as_ref()
            .and_then(|questions| questions.send(question).ok())
            .ok_or_else(|| io::Error::other("the resolver thread has ended"))?;
        Ok(self.jobs)
    }

    /// The next answer, if there is one.
    pub(crate) fn answer(&self) -> Option<Answer> {
        self.answers.1.try_recv().ok()
    }

    fn start(&self) -> io::Result<Sender<Question>> {
        let (sender, questions) = channel::<Question>();
        let answers = self.answers.0.clone();
        let waker = Arc::clone(&self.waker);
        thread::Builder::new().name("resolver".into()).spawn(move || {
            for Question { job, station, link, host, port } in questions {
                let addresses = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
                // The loop has ended if nobody hears the answer.
                if answers.send(Answer { job, station, link, addresses }).is_err()
                    || waker.wake().is_err()
                {
                    return;
                }
            }
        })?;
        Ok(sender)
    }
}
