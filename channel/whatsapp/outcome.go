package whatsapp

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"time"

	"parley/channel/meta"
	"parley/desk"
)

// What became of a request follows from how far it got:
//
//	never left whole (DNS, connect, TLS, broken while writing)   Temporary
//	left whole, no answer (timeout, reset)                       Ambiguous
//	5xx, codes 1, 2 and 131000, a 200 that cannot be read        Ambiguous
//	refused with a code                                          the code's kind
//	refused without one                                          by its status

const (
	textUnreachable = "WhatsApp could not be reached, so nothing was sent. Parley tries again; if this goes on, an admin should check the server's connection to the internet and the connection's API address."
	textBrokenOff   = "The connection broke off before WhatsApp answered, so it is not certain whether the message was sent. Parley waits for a sign of it before it tries again."
	textOddAnswer   = "WhatsApp's answer could not be read, so it is not certain whether the message was sent. Parley waits for a sign of it before it tries again."
)

// unanswered classes a request without an answer.
func (e endpoint) unanswered(err error) *desk.SendError {
	failure := &desk.SendError{Kind: desk.Temporary, Code: "network", Text: textUnreachable, Detail: e.detail(err.Error())}
	var call *meta.CallError
	if errors.As(err, &call) && call.Sent {
		failure.Kind, failure.Text = desk.Ambiguous, textBrokenOff
		if call.Timeout {
			failure.Code = "timeout"
		}
	}
	return failure
}

// refused classes an answer that is not of the 200s.
func (e endpoint) refused(a meta.Answer, now time.Time) *desk.SendError {
	g, ok := meta.ReadGraphError(a.Body)
	var failure *desk.SendError
	switch _, known := lookup(g.Code); {
	case !ok:
		failure = refusedByStatus(a.Status)
	case g.Missing():
		failure = explain(33)
		failure.Code = strconv.Itoa(g.Code)
	case known:
		failure = explain(g.Code)
		// A 5xx is a breakdown: only what Meta is sure not to have done counts.
		if a.Status >= 500 && failure.Kind == desk.Temporary {
			failure.Kind, failure.Text = desk.Ambiguous, textUnsure
		}
	default:
		failure = refusedByCode(g, a.Status)
	}
	if ok {
		failure.Detail = e.detail(cmp.Or(g.Details, g.Message))
	}
	if wait := meta.RetryAfter(a.Header, now); wait > 0 {
		failure.RetryAfter = wait
	}
	return failure
}

// refusedByCode classes a code that is not in the table.
func refusedByCode(g meta.GraphError, status int) *desk.SendError {
	failure := explain(g.Code)
	if byStatus := refusedByStatus(status); byStatus.Kind != desk.Permanent {
		failure.Kind, failure.Text = byStatus.Kind, byStatus.Text
	}
	if g.Transient && failure.Kind == desk.Permanent {
		failure.Kind, failure.Text = desk.Temporary, textBusy
	}
	return failure
}

// refusedByStatus classes an answer without a code, such as a proxy's page.
func refusedByStatus(status int) *desk.SendError {
	failure := &desk.SendError{Code: "http_" + strconv.Itoa(status)}
	switch {
	case status >= 500:
		failure.Kind, failure.Text = desk.Ambiguous, textUnsure
	case status == http.StatusTooManyRequests:
		failure.Kind, failure.Text = desk.RateLimited, textTooFast
	case status == http.StatusRequestTimeout || status == http.StatusTooEarly:
		failure.Kind, failure.Text = desk.Temporary, textBusy
	case status == http.StatusUnauthorized:
		failure.Kind, failure.Text = desk.Reconnect, textToken
	case status == http.StatusForbidden:
		failure.Kind, failure.Text = desk.Reconnect, textPermission
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status < 400:
		failure.Kind = desk.Reconnect
		failure.Text = "The connection's API address does not answer as WhatsApp does. An admin needs to check the address and the phone number id in the connection's settings."
	default:
		failure.Kind = desk.Permanent
		failure.Text = textInvalid
	}
	return failure
}

// harmless turns the doubt about a request that may be repeated into a
// failure that passes.
func harmless(failure *desk.SendError) *desk.SendError {
	if failure.Kind == desk.Ambiguous {
		failure.Kind = desk.Temporary
		failure.Text = textBusy
	}
	return failure
}
