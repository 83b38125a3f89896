//! Connections that can be cut: what a reset is played with. Wraps the listener and its streams;
//! knows nothing of HTTP.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Cuts one connection, from inside a call or from outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Switch(Arc<SwitchState>);

#[derive(Debug, Default)]
struct SwitchState {
    cut: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

impl Switch {
    /// From now on the connection neither reads nor writes; the peer sees a reset.
    pub(crate) fn cut(&self) {
        self.0.cut.store(true, Ordering::SeqCst);
        let waiting = self
            .0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    fn check(&self, context: &Context<'_>) -> io::Result<()> {
        *self
            .0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
        if self.0.cut.load(Ordering::SeqCst) {
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        } else {
            Ok(())
        }
    }
}

/// Every connection that is open, so that stopping can cut those that would not end.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenConnections(Arc<Mutex<Vec<Weak<SwitchState>>>>);

impl OpenConnections {
    /// Cuts all of them.
    pub(crate) fn cut(&self) {
        let open = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for state in open.iter().filter_map(Weak::upgrade) {
            Switch(state).cut();
        }
    }

    fn add(&self, switch: &Switch) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|state| state.strong_count() > 0);
        open.push(Arc::downgrade(&switch.0));
    }
}

/// A TCP listener whose connections carry a [`Switch`].
pub(crate) struct CuttableListener {
    listener: TcpListener,
    open: OpenConnections,
}

impl CuttableListener {
    pub(crate) fn new(listener: TcpListener, open: OpenConnections) -> Self {
        Self { listener, open }
    }
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small answers must not wait for the peer's acknowledgement, and a cut connection must
        // end with a reset; where the system refuses either, the sandbox still serves.
        let _ = stream.set_nodelay(true);
        let switch = Switch::default();
        self.open.add(&switch);
        (CuttableStream { stream, switch }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A TCP stream that fails once its [`Switch`] was cut.
pub(crate) struct CuttableStream {
    stream: TcpStream,
    switch: Switch,
}

impl CuttableStream {
    fn check(&self, context: &Context<'_>) -> io::Result<()> {
        self.switch.check(context).inspect_err(|_| {
            let _ = self.stream.set_zero_linger();
        })
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Switch {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().switch.clone()
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.check(context)?;
        Pin::new(&mut this.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.check(context)?;
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.check(context)?;
        Pin::new(&mut this.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.check(context)?;
        Pin::new(&mut this.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.check(context)?;
        Pin::new(&mut this.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
