//! Streams under an SMTP connection: one that reads no more than it should, one that is encrypted from its first byte.

use futures_util::io::{AsyncRead as _, AsyncWrite as _};
#[allow(deprecated)]
// The only way to encrypt a socket that was set up here; only its name is discouraged.
use lettre::transport::smtp::client::AsyncNetworkStream;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io::{Error, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How much a relay may say at a time, in bytes: the handshake of TLS is the longest that makes sense.
const SAID: usize = 128 * 1024;

/// A connection that ends when the other side says more than it should, and that can be read a byte at a time: what
/// somebody on the way puts behind the answer to STARTTLS is then still in the socket when TLS begins, and breaks it,
/// instead of lying in a buffer as an answer yet to be read.
#[derive(Debug)]
pub struct Socket {
    stream: TcpStream,
    slowly: Arc<AtomicBool>,
    /// How much was read since something was written.
    said: usize,
}

impl Socket {
    /// The connection, and what tells it whether to be read a byte at a time.
    pub fn over(stream: TcpStream) -> (Socket, Arc<AtomicBool>) {
        let slowly = Arc::new(AtomicBool::new(false));
        (Socket { stream, slowly: slowly.clone(), said: 0 }, slowly)
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buf.filled().len();
        if self.slowly.load(Ordering::Relaxed) {
            let mut byte = [0];
            let mut one = ReadBuf::new(&mut byte);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut one))?;
            buf.put_slice(one.filled());
        } else {
            ready!(Pin::new(&mut self.stream).poll_read(context, buf))?;
        }
        self.said += buf.filled().len() - before;
        Poll::Ready(if self.said > SAID { Err(Error::other("the relay says too much")) } else { Ok(()) })
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.said = 0;
        Pin::new(&mut self.stream).poll_write(context, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Socket {
    fn peer_addr(&self) -> Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

/// lettre's own encrypted stream in the form in which it takes streams of others.
#[derive(Debug)]
#[allow(deprecated)]
pub struct Secured(pub AsyncNetworkStream);

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let count = ready!(Pin::new(&mut self.0).poll_read(context, buf.initialize_unfilled()))?;
        buf.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Secured {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_close(context)
    }
}

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> Result<SocketAddr> {
        self.0.peer_addr()
    }
}
