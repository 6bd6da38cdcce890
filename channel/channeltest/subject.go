package channeltest

import (
	"net/http"
	"testing"

	"parley/channel"
	"parley/desk"
)

// Subject describes the channel under test. Secrets of its connections must be
// at least eight bytes long, so that finding one in a text is no accident.
type Subject struct {
	// New makes a driver whose requests go through client only.
	New func(client *http.Client) channel.Driver
	// Connection returns a connection with every secret that its provider
	// knows, whose API is at baseURL.
	Connection func(baseURL string) desk.Connection
	Channel    desk.Channel

	// Sign returns the headers that prove a body to come from the provider.
	Sign func(c desk.Connection, body []byte) http.Header
	// SignsBody says that the proof is of this body and no other.
	SignsBody bool
	// Unsigned removes the secret that hooks are proved with.
	Unsigned func(c *desk.Connection)

	// Hooks are authentic bodies, each with one readable update or more.
	Hooks map[string][]byte
	// Spoilt are parts of a body that cannot be read, in the form of a body of
	// their own.
	Spoilt map[string][]byte
	// Join makes one body of several.
	Join func(bodies ...[]byte) []byte

	// Message is one that can be sent, with a Ref.
	Message desk.Outgoing
	// Accept answers a send as the provider does when it takes the message.
	Accept http.HandlerFunc
	// Refusals are answers of the provider that refuse a send.
	Refusals []Refusal

	// Upload is a file that can be uploaded; the zero value for channels that
	// store nothing with their provider.
	Upload desk.Upload

	// Fine and Excessive are messages within and beyond the provider's limits.
	Fine      map[string]Draft
	Excessive map[string]Draft
}

// Refusal is an answer and what it must be taken for.
type Refusal struct {
	Name   string
	Status int
	Header http.Header
	Body   string
	Want   desk.ErrorKind
}

// Draft is what Check is asked about. Field and Names are what the error must
// point at and name, such as "text" and "4096".
type Draft struct {
	Message desk.Outgoing
	Media   *channel.Media
	Field   string
	Names   string
}

// Run tests the channel against the contract.
func Run(t *testing.T, s Subject) {
	t.Run("authentic", func(t *testing.T) { testAuthentic(t, s) })
	t.Run("verify", func(t *testing.T) { testVerify(t, s) })
	t.Run("parse", func(t *testing.T) { testParse(t, s) })
	t.Run("check", func(t *testing.T) { testCheck(t, s) })
	t.Run("send", func(t *testing.T) { testSend(t, s) })
	t.Run("outcome", func(t *testing.T) { testOutcome(t, s) })
	t.Run("upload", func(t *testing.T) { testUpload(t, s) })
}

// nowhere is a base URL that no test connects to.
const nowhere = "http://127.0.0.1:1"

func offline() *http.Client {
	return &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, errOffline
	})}
}
