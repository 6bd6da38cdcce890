package desk

import "time"

// ServiceWindow is how long free-form messages may be sent after the customer's
// last opener: a message, a button tap, a call or request_welcome. (Meta,
// "Send messages: customer service windows", 2026; error 131047 outside it.)
const ServiceWindow = 24 * time.Hour

// Window is a period in which something is allowed. The zero Window was never
// open.
type Window struct {
	OpenedAt time.Time
	ClosesAt time.Time
}

// OpenAt reports whether the window is open: the closing instant itself is
// outside.
func (w Window) OpenAt(now time.Time) bool {
	return !w.ClosesAt.IsZero() && now.Before(w.ClosesAt)
}

// serviceWindow follows from the time of the last opener.
func serviceWindow(opener time.Time) Window {
	if opener.IsZero() {
		return Window{}
	}
	return Window{OpenedAt: opener, ClosesAt: opener.Add(ServiceWindow)}
}

// openerTime is the instant that an opener counts from: the provider's, but
// never later than our receipt, so that a hook with a wrong clock or one that
// comes late never lengthens a window.
func openerTime(provider, received time.Time) time.Time {
	if provider.IsZero() || provider.After(received) {
		return received
	}
	return provider
}

// FreeFormAllowed reports whether a message without a template may be sent to
// the conversation's customer now. Channels other than WhatsApp and Messenger
// have no such rule.
func (c Conversation) FreeFormAllowed(kind Kind, now time.Time) bool {
	switch kind {
	case WhatsApp, Messenger:
		return c.Window().OpenAt(now)
	}
	return true
}

// Window is the conversation's service window.
func (c Conversation) Window() Window { return serviceWindow(c.OpenerAt) }
