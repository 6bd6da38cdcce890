package metasim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Event is something that a phone screen shows at once: message, status,
// typing (the business is writing), customer, number, clock or reset.
type Event struct {
	Type          string    `json:"type"`
	PhoneNumberID string    `json:"phone_number_id,omitempty"`
	Customer      string    `json:"customer,omitempty"`
	Message       *Message  `json:"message,omitempty"`
	At            time.Time `json:"at"`
}

// feed hands events to the open streams. A reader that falls far behind is
// disconnected; browsers reconnect and load anew.
type feed struct {
	mu      sync.Mutex
	readers map[chan []byte]string // the customer whose phone is shown, or empty
	closed  bool
}

const feedBacklog = 512

func newFeed() *feed { return &feed{readers: map[chan []byte]string{}} }

func (f *feed) publish(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.readers) == 0 {
		return
	}
	data, err := json.Marshal(e)
	if err != nil {
		return
	}
	for r := range f.readers {
		select {
		case r <- data:
		default:
			delete(f.readers, r)
			close(r)
		}
	}
}

func (f *feed) subscribe(customer string) chan []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := make(chan []byte, feedBacklog)
	if f.closed {
		close(r)
		return r
	}
	f.readers[r] = customer
	return r
}

func (f *feed) unsubscribe(r chan []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.readers, r)
}

// inHand reports whether a phone screen of the customer is open.
func (f *feed) inHand(customer string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.readers {
		if c == customer {
			return true
		}
	}
	return false
}

func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for r := range f.readers {
		delete(f.readers, r)
		close(r)
	}
}

// ahead is how far the clock is ahead of the real one, by the offset and by the
// clock below it: a program may move its own, and nobody tells us.
func (s *Server) ahead() time.Duration { return s.Now().Sub(time.Now().Round(0)) }

const (
	clockLook = 2 * time.Second
	heartbeat = 20 * time.Second
)

// serveEvents streams events as server-sent events until the client leaves.
// The first one, hello, says that nothing later will be missed. A screen says
// by ?customer= whom it plays, so that no persona acts for them meanwhile.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	reader := s.events.subscribe(r.URL.Query().Get("customer"))
	defer s.events.unsubscribe(reader)
	fmt.Fprint(w, "retry: 1000\nevent: hello\ndata: {}\n\n")
	if err := out.Flush(); err != nil {
		return
	}
	look := time.NewTicker(clockLook)
	defer look.Stop()
	ahead, silent := s.ahead(), time.Duration(0)
	for {
		select {
		case <-r.Context().Done():
			return
		case data, ok := <-reader:
			if !ok {
				return
			}
			fmt.Fprintf(w, "data: %s\n\n", data)
		case <-look.C:
			now := s.ahead()
			if moved := (now - ahead).Abs() > time.Second; !moved && silent < heartbeat {
				silent += clockLook
				continue
			} else if moved {
				data, _ := json.Marshal(Event{Type: "clock", At: s.Now()})
				fmt.Fprintf(w, "data: %s\n\n", data)
			} else {
				fmt.Fprint(w, ": still here\n\n")
			}
			ahead, silent = now, 0
		}
		if err := out.Flush(); err != nil {
			return
		}
	}
}
