// Package channel says what Parley expects of a network. Each network has a
// folder of its own that translates between the provider's bytes and the words
// of desk; it stores nothing and decides nothing. The suite in channeltest is
// the contract in executable form.
package channel

import (
	"context"
	"io"
	"net/http"
	"time"

	"parley/desk"
)

// Driver translates for one kind of channel and all its providers. Its methods
// may be called from many goroutines. None of them logs or returns a secret.
type Driver interface {
	// Verify answers the provider's GET at the hook address. It returns the
	// text to answer with, or false when the verify token is wrong.
	Verify(c desk.Connection, query map[string][]string) (answer string, ok bool)

	// Authentic reports whether a hook with these headers and these raw bytes
	// comes from the provider. It compares in constant time and must be asked
	// before the body is looked at.
	Authentic(c desk.Connection, header http.Header, body []byte) bool

	// ParseHook reads an authentic body into updates in the order of the body.
	// It is pure. An error means that nothing of the body can be read; parts
	// that cannot be read come as desk.BadNews among the others.
	ParseHook(body []byte) ([]desk.Update, error)

	// Check refuses a message that the provider would refuse, before any call:
	// lengths, counts, media types and sizes. The error is a *desk.Error that
	// names the field and the limit. media is nil when there is no file.
	Check(m desk.Outgoing, media *Media) error

	// Send gives a message to the provider. The error is a *desk.SendError;
	// kind Ambiguous means that the provider may have taken it.
	Send(ctx context.Context, c desk.Connection, ch desk.Channel, m desk.Outgoing) (Receipt, error)

	// Upload stores a file with the provider. Uploading twice is harmless. The
	// error is a *desk.SendError, never Ambiguous.
	Upload(ctx context.Context, c desk.Connection, ch desk.Channel, u desk.Upload) (Uploaded, error)

	// Fetch opens a file that a customer sent. The caller closes Body. A file
	// that is gone for good is a *desk.SendError of kind Permanent.
	Fetch(ctx context.Context, c desk.Connection, ch desk.Channel, ref desk.MediaRef) (Download, error)

	// MarkRead turns the customer's ticks blue up to the message, and shows
	// "typing" when asked to. Failing is harmless; the error is a *desk.SendError.
	MarkRead(ctx context.Context, c desk.Connection, ch desk.Channel, externalID string, typing bool) error

	// Test makes live calls and says of each field whether it is right. Where a
	// provider's hooks are authenticated by a secret that only we know, it also
	// registers c.HookURL with that secret, when the address is known.
	Test(ctx context.Context, c desk.Connection, channels []desk.Channel) []desk.Finding
}

// Media is what Check needs to know of a file.
type Media = desk.Media

// Receipt is the provider's answer to Send.
type Receipt struct {
	ExternalID string
	To         desk.Sender // how the provider names the receiver, as far as it says
	Request    string      // what was sent, for the message's info, without secrets
	Response   string      // the raw answer, for the message's info
}

// Uploaded is the provider's answer to Upload.
type Uploaded struct {
	ProviderID string
	ExpiresAt  time.Time
}

// Download is an open file. Size is -1 when the provider does not say.
type Download struct {
	Body io.ReadCloser
	MIME string
	Size int64
}
