package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"parley/channel"
	"parley/desk"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// network is a channel.Driver that does what its test says. Sends wait for the
// test's answer unless quick is set.
type network struct {
	t     *testing.T
	calls chan *call

	mu       sync.Mutex
	bodies   map[string]func() ([]desk.Update, error)
	quick    bool
	taken    []string // texts in the order in which they were taken
	receipts []string
	typing   []bool
	uploads  int
	fetched  int // how often a file was asked for
	upload   func(desk.Upload) (channel.Uploaded, error)
	fetch    func(desk.MediaRef) (channel.Download, error)
	read     func(ctx context.Context) error
}

// call is one Send that waits for its answer.
type call struct {
	desk.Outgoing
	channel desk.ID
	answer  chan func() (channel.Receipt, error)
}

func newNetwork(t *testing.T) *network {
	return &network{t: t, calls: make(chan *call, 1000), bodies: map[string]func() ([]desk.Update, error){}}
}

func (n *network) locked(fn func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	fn()
}

func (n *network) answersAtOnce(yes bool) { n.locked(func() { n.quick = yes }) }

func (n *network) texts() (all []string) {
	n.locked(func() { all = append(all, n.taken...) })
	return all
}

// next is the next Send that the driver was asked for.
func (n *network) next() *call {
	n.t.Helper()
	select {
	case c := <-n.calls:
		return c
	case <-time.After(patience):
		n.t.Fatal("nothing was sent")
		return nil
	}
}

// none fails when a Send was asked for and not looked at.
func (n *network) none() {
	n.t.Helper()
	select {
	case c := <-n.calls:
		n.t.Fatalf("%q was sent, want nothing", c.Text)
	default:
	}
}

func (c *call) takes(id string) {
	c.answer <- func() (channel.Receipt, error) { return channel.Receipt{ExternalID: id}, nil }
}

func (c *call) fails(err error) {
	c.answer <- func() (channel.Receipt, error) { return channel.Receipt{}, err }
}

func (n *network) Verify(desk.Connection, map[string][]string) (string, bool)           { return "", false }
func (n *network) Authentic(desk.Connection, http.Header, []byte) bool                  { return true }
func (n *network) Check(desk.Outgoing, *channel.Media) error                            { return nil }
func (n *network) Test(context.Context, desk.Connection, []desk.Channel) []desk.Finding { return nil }

func (n *network) ParseHook(body []byte) ([]desk.Update, error) {
	var parse func() ([]desk.Update, error)
	n.locked(func() { parse = n.bodies[string(body)] })
	if parse == nil {
		return nil, errors.New("no such body")
	}
	return parse()
}

func (n *network) Send(ctx context.Context, _ desk.Connection, ch desk.Channel, m desk.Outgoing) (channel.Receipt, error) {
	c := &call{Outgoing: m, channel: ch.ID, answer: make(chan func() (channel.Receipt, error), 1)}
	n.mu.Lock()
	quick := n.quick
	n.mu.Unlock()
	if quick {
		n.locked(func() { n.taken = append(n.taken, m.Text) })
		return channel.Receipt{ExternalID: "out." + m.Ref}, nil
	}
	n.calls <- c
	select {
	case answer := <-c.answer:
		r, err := answer()
		if err == nil {
			n.locked(func() { n.taken = append(n.taken, m.Text) })
		}
		return r, err
	case <-ctx.Done():
		return channel.Receipt{}, &desk.SendError{Kind: desk.Ambiguous, Code: "timeout", Text: "No answer."}
	}
}

func (n *network) Upload(_ context.Context, _ desk.Connection, _ desk.Channel, u desk.Upload) (channel.Uploaded, error) {
	var upload func(desk.Upload) (channel.Uploaded, error)
	n.locked(func() { n.uploads++; upload = n.upload })
	return upload(u)
}

func (n *network) Fetch(_ context.Context, _ desk.Connection, _ desk.Channel, ref desk.MediaRef) (channel.Download, error) {
	var fetch func(desk.MediaRef) (channel.Download, error)
	n.locked(func() { n.fetched++; fetch = n.fetch })
	return fetch(ref)
}

func (n *network) MarkRead(ctx context.Context, _ desk.Connection, _ desk.Channel, external string, typing bool) error {
	var read func(context.Context) error
	n.locked(func() { n.receipts, n.typing, read = append(n.receipts, external), append(n.typing, typing), n.read })
	if read != nil {
		return read(ctx)
	}
	return nil
}

func download(body []byte) (channel.Download, error) {
	return channel.Download{Body: io.NopCloser(bytes.NewReader(body)), MIME: "text/plain", Size: int64(len(body))}, nil
}

// holds makes the body of a hook that holds the updates.
func (n *network) holds(updates ...desk.Update) []byte {
	return n.reads(func() ([]desk.Update, error) { return updates, nil })
}

// reads makes the body of a hook that is read by parse.
func (n *network) reads(parse func() ([]desk.Update, error)) []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	body := fmt.Sprintf("body %d", len(n.bodies))
	n.bodies[body] = parse
	return []byte(body)
}
