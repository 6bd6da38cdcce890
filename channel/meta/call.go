package meta

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// maxAnswer is what Call reads of an answer in bytes; Meta's are below 10 kB.
const maxAnswer = 1 << 20

// Answer is a response that was read. A body that broke off is as much as came,
// which cannot be read as JSON and so tells nothing.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK reports whether the status is of the 200s.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// CallError is a request without an answer.
type CallError struct {
	// Sent says that the whole request left this machine: the other side may
	// have acted on it. Otherwise it cannot have.
	Sent    bool
	Timeout bool
	Err     error // without the request's URL
}

func (e *CallError) Error() string { return e.Err.Error() }

func (e *CallError) Unwrap() error { return e.Err }

// Call makes a request and reads its answer. The error is a *CallError.
//
// Whether the request left is taken from net/http/httptrace: WroteRequest
// without an error. A name that does not resolve, a refused connection and a
// failed TLS handshake never get there. Over HTTP/1 the trace is called before
// the last buffer is flushed (Go 1.26), so an error of writing to the network
// counts as not sent as well: what is missing then is the end of the request.
// Where reading fails at the same moment, it stays in doubt.
//
// The request must have no Idempotency-Key header: with one, the transport
// repeats a lost POST by itself.
func Call(client *http.Client, req *http.Request) (Answer, error) {
	var sent, http2 atomic.Bool
	trace := &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			conn, ok := info.Conn.(interface{ ConnectionState() tls.ConnectionState })
			http2.Store(ok && conn.ConnectionState().NegotiatedProtocol == "h2")
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				sent.Store(true)
			}
		},
	}
	resp, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		var urlErr *url.Error
		if errors.As(err, &urlErr) {
			err = urlErr.Err
		}
		var timeout interface{ Timeout() bool }
		return Answer{}, &CallError{
			Sent:    sent.Load() && (http2.Load() || !writeFailed(err)),
			Timeout: errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout(),
			Err:     err,
		}
	}
	defer resp.Body.Close()
	// An unreadable rest leaves a body that is no JSON; see Answer.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

func writeFailed(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "write"
}
