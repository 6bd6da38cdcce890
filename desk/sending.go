package desk

import (
	"fmt"
	"io"
	"time"
)

// ErrorKind classes a failed send by what follows from it.
type ErrorKind string

const (
	Temporary    ErrorKind = "temporary"     // not sent; the same request may work later
	RateLimited  ErrorKind = "rate_limited"  // not sent; slow down
	WindowClosed ErrorKind = "window_closed" // only a template may be sent
	Permanent    ErrorKind = "permanent"     // will not work for this message or this person
	Reconnect    ErrorKind = "reconnect"     // the connection needs an admin: token, permission, account
	Ambiguous    ErrorKind = "ambiguous"     // the provider may have it: wait for a witness
)

// SendError is why a provider did not take a message, or later could not
// deliver it.
type SendError struct {
	Kind       ErrorKind     `json:"kind"`
	Code       string        `json:"code"`              // the provider's code, or ours: "network", "timeout"
	Text       string        `json:"text"`              // what happened and what to do, for members, in English
	Detail     string        `json:"detail,omitempty"`  // the provider's own words
	Pair       bool          `json:"pair,omitempty"`    // the limit is of this sender and this customer only
	Channel    bool          `json:"channel,omitempty"` // what an admin has to mend is this channel's only, not the whole connection's
	RetryAfter time.Duration `json:"-"`                 // the provider's wish; 0 when it has none
}

func (e *SendError) Error() string {
	return fmt.Sprintf("%s (%s): %s", e.Kind, e.Code, e.Text)
}

// Outgoing is a message in the form that a channel sends.
type Outgoing struct {
	Ref     string // comes back in the provider's status as Witness
	To      Sender // Phone or UserID
	Type    MessageType
	Text    string
	Content Content
	Media   *OutgoingMedia
	ReplyTo string // external id of the quoted message
	Target  string // external id of the message reacted to
}

// OutgoingMedia is a file that the provider already holds.
type OutgoingMedia struct {
	ProviderID string
	Name       string
	MIME       string
}

// Upload is a file on its way to the provider.
type Upload struct {
	Name string
	MIME string
	Size int64
	Body io.Reader
}

// Media is what a check of limits needs to know of a file.
type Media struct {
	MIME string // as found in the bytes
	Size int64
	Name string
}
