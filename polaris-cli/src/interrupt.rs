//! Ctrl-C while work is under way that can be broken off: it ends at its next step, tidies up and says that nothing was done. Pressed again,
//! the program ends at once; what the database had not committed is gone then, too.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Exit;

/// Whether the work is to be broken off.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens for Ctrl-C (SIGINT) and SIGTERM from now on. Where the system doesn't let it, they end the program as they always do.
    pub(crate) fn listen() -> Self {
        let pressed = Arc::new(AtomicBool::new(false));
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return Self(pressed) };
        let listening = {
            let _entered = runtime.enter();
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        };
        if let (Ok(mut interrupt), Ok(mut terminate)) = listening {
            let noted = Arc::clone(&pressed);
            std::thread::spawn(move || {
                runtime.block_on(async {
                    loop {
                        tokio::select! {
                            _ = interrupt.recv() => {}
                            _ = terminate.recv() => {}
                        }
                        if noted.swap(true, Ordering::Relaxed) {
                            std::process::exit(Exit::Interrupted as i32);
                        }
                    }
                });
            });
        }
        Self(pressed)
    }

    /// Whether to go on.
    pub(crate) fn go_on(&self) -> ControlFlow<()> {
        if self.0.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
