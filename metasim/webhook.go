package metasim

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// update is one change to be reported: a message, a status, or any other
// field of the webhook.
type update struct {
	kind    string // message, status or field
	field   string
	value   map[string]any
	message *Message
	status  string
}

// Delivery is a webhook update on its way, as GET /sim/api/deliveries shows it.
type Delivery struct {
	ID            int             `json:"id"`
	PhoneNumberID string          `json:"phone_number_id"`
	Kind          string          `json:"kind"`
	Field         string          `json:"field"`
	MessageID     string          `json:"message_id,omitempty"`
	Status        string          `json:"status,omitempty"`
	Value         json.RawMessage `json:"value"`
	// State is pending, delivered, given_up, dropped, withheld or
	// no_callback.
	State    string    `json:"state"`
	Copies   int       `json:"copies"`
	Attempts int       `json:"attempts"`
	LastCode int       `json:"last_code,omitempty"`
	LastErr  string    `json:"last_error,omitempty"`
	At       time.Time `json:"at"`

	badSignature bool
	entryTime    int64
	since        time.Time // real time of the first attempt
}

// report queues an update for the number's callback, after the faults had
// their say.
func (s *Server) report(n *number, u update) {
	if _, given := u.value["messaging_product"]; !given && u.field == "messages" {
		u.value["messaging_product"] = "whatsapp"
		u.value["metadata"] = map[string]any{"display_phone_number": n.digits, "phone_number_id": n.PhoneNumberID}
	}
	value, err := encodeASCII(u.value)
	if err != nil {
		s.cfg.Logger.Error("webhook value cannot be encoded", "field", u.field, "error", err)
		return
	}
	d := &Delivery{
		ID: s.deliveries.total + 1, PhoneNumberID: n.PhoneNumberID, Kind: u.kind, Field: u.field, Status: u.status,
		Value: value, State: "pending", Copies: 1, At: s.now(),
	}
	on := occasion{number: n}
	if u.message != nil {
		d.MessageID, on.customer = u.message.ID, u.message.customer
	}
	if u.field != "messages" {
		d.entryTime = s.now().Unix()
	}
	s.deliveries.add(d)
	switch {
	case n.unsubscribed:
		d.State = "dropped"
		return
	case s.target(n).URL == "":
		d.State = "no_callback"
		return
	}

	if u.kind == "status" {
		if s.strikeKind(on, "drop_status") != nil {
			d.State = "dropped"
			return
		}
		if s.strikeKind(on, "withhold_status") != nil {
			d.State = "withheld"
			n.held = append(n.held, d)
			return
		}
		if f := s.strikeKind(on, "delay_status"); f != nil {
			s.steps.after(f.delay(), func() { s.queue(n, d) })
			return
		}
	}
	if s.strikeKind(on, "drop_webhook") != nil {
		d.State = "dropped"
		return
	}
	d.badSignature = s.strikeKind(on, "bad_signature") != nil
	if s.strikeKind(on, "duplicate_webhook") != nil {
		d.Copies = 2
	}
	if f := s.strikeKind(on, "delay_webhook"); f != nil {
		s.steps.after(f.delay(), func() { s.queue(n, d) })
		return
	}
	if len(n.swap) == 0 && s.strikeKind(on, "reorder_webhook") != nil {
		n.swap = append(n.swap, d)
		// Nothing may follow for a long time: then it goes out alone.
		s.steps.after(2*time.Second, func() { s.unswap(n, d) })
		return
	}
	s.queue(n, d)
	for len(n.swap) > 0 {
		s.unswap(n, n.swap[0])
	}
}

func (s *Server) unswap(n *number, d *Delivery) {
	if i := slices.Index(n.swap, d); i >= 0 {
		n.swap = slices.Delete(n.swap, i, i+1)
		s.queue(n, d)
	}
}

// queue puts d, as many times as it has copies, at the end of n's queue.
func (s *Server) queue(n *number, d *Delivery) {
	d.State = "pending"
	for range d.Copies {
		n.queue = append(n.queue, d)
	}
	select {
	case n.kick <- struct{}{}:
	default:
	}
}

// deliver is the loop of one number. An outage (no connection, 5xx, 429)
// holds the queue, so that order survives it; an update that is refused (any
// other answer but 200) is tried again later without holding up the rest.
func (s *Server) deliver(n *number) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	pause := time.Duration(0)
	for {
		batch, call, epoch := s.nextBatch(n)
		if len(batch) == 0 {
			select {
			case <-n.ctx.Done():
				return
			case <-n.kick:
				continue
			}
		}
		code, err := s.post(n.ctx, call)
		if n.ctx.Err() != nil {
			return
		}
		if !s.settle(n, batch, epoch, code, err) {
			pause = 0
			continue
		}
		pause = min(max(2*pause, s.cfg.RetryFirst), s.cfg.RetryMax)
		timer.Reset(pause)
		select {
		case <-n.ctx.Done():
			return
		case <-timer.C:
		}
	}
}

func (s *Server) nextBatch(n *number) (batch []*Delivery, call hookCall, epoch int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(n.queue) == 0 {
		return nil, hookCall{}, s.epoch
	}
	size := 1
	for size < min(s.cfg.Batch, len(n.queue)) && n.queue[size] != n.queue[size-1] {
		size++
	}
	batch = slices.Clone(n.queue[:size])
	n.queue = n.queue[size:]
	n.inFlight = size
	return batch, s.prepare(n, batch), s.epoch
}

// settle notes the outcome and reports whether the queue must pause.
func (s *Server) settle(n *number, batch []*Delivery, epoch, code int, err error) (hold bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if epoch != s.epoch {
		return false
	}
	n.inFlight = 0
	down := err != nil || code >= 500 || code == http.StatusTooManyRequests
	var again []*Delivery
	for _, d := range batch {
		d.Attempts++
		if d.LastCode, d.LastErr = code, ""; err != nil {
			d.LastErr = err.Error()
		}
		if d.since.IsZero() {
			d.since = time.Now()
		}
		switch {
		case code == http.StatusOK:
			d.State = "delivered"
		case time.Since(d.since) >= s.cfg.RetryFor:
			d.State = "given_up"
			s.cfg.Logger.Warn("webhook given up", "phone_number_id", n.PhoneNumberID, "delivery", d.ID, "attempts", d.Attempts, "last_code", code)
		case down:
			again = append(again, d)
		default:
			n.owed++
			s.steps.after(min(s.cfg.RetryFirst<<min(d.Attempts-1, 16), s.cfg.RetryMax), func() {
				n.owed--
				n.queue = append(n.queue, d)
				select {
				case n.kick <- struct{}{}:
				default:
				}
			})
		}
	}
	n.queue = append(again, n.queue...)
	return len(again) > 0
}

// Drain waits until every queued webhook has been delivered or given up and
// every message has arrived, or until ctx ends.
func (s *Server) Drain(ctx context.Context) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		s.mu.Lock()
		busy := len(s.steps.steps)
		for _, n := range s.numbers {
			busy += len(n.queue) + n.inFlight + n.owed
		}
		s.mu.Unlock()
		if busy == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-tick.C:
		}
	}
}
