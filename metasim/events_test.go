package metasim

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestEventStream goes over a real connection, since that is what a browser
// does.
func TestEventStream(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	sim := New(Config{SentAfter: -1, DeliveredAfter: -1})
	web := httptest.NewServer(sim)
	defer web.Close()
	defer sim.Close()
	if err := sim.AddNumber(Number{PhoneNumberID: phoneID, PhoneNumber: business, AccessToken: token}); err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequestWithContext(ctx, "GET", web.URL+"/sim/api/events?customer=%2B421905123456", nil)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("content type: got %q", got)
	}
	lines := bufio.NewScanner(resp.Body)
	next := func() Event {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && data != "{}" {
				var e Event
				if err := json.Unmarshal([]byte(data), &e); err != nil {
					t.Fatalf("%v: %s", err, data)
				}
				return e
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return Event{}
	}
	for lines.Scan() && lines.Text() != "event: hello" {
	}
	if !sim.events.inHand(jana) {
		t.Error("an open screen does not put the customer in hand")
	}
	if _, err := sim.CustomerSend(jana, CustomerMessage{Text: "Ahoj"}); err != nil {
		t.Fatal(err)
	}
	if e := next(); e.Type != "message" || e.Message.Text != "Ahoj" || e.Customer != jana || e.PhoneNumberID != phoneID {
		t.Errorf("got %+v", e)
	}
	send, _ := http.NewRequestWithContext(ctx, "POST", web.URL+"/v24.0/"+phoneID+"/messages", strings.NewReader(`{"messaging_product":"whatsapp","to":"421905123456","type":"text","text":{"body":"Dobrý deň"}}`))
	send.Header.Set("Authorization", "Bearer "+token)
	if resp, err := http.DefaultClient.Do(send); err != nil || resp.StatusCode != 200 {
		t.Fatalf("got %v %v", resp, err)
	}
	var got []string
	for range 3 {
		e := next()
		got = append(got, e.Type+" "+e.Message.Status)
	}
	if want := []string{"message accepted", "status sent", "status delivered"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	sim.SetOffset(time.Hour)
	if e := next(); e.Type != "clock" {
		t.Errorf("got %+v", e)
	}
	if err := sim.Drain(ctx); err != nil {
		t.Errorf("drain: %v", err)
	}
	sim.Close()
	for lines.Scan() {
	}
}

func TestSlowReaderIsCutOff(t *testing.T) {
	f := newFeed()
	reader := f.subscribe("")
	for range feedBacklog + 1 {
		f.publish(Event{Type: "clock"})
	}
	n := 0
	for range reader {
		n++
	}
	if n != feedBacklog {
		t.Errorf("got %d events before the end", n)
	}
}

func TestScreensHearOfAClockThatWasMovedBelow(t *testing.T) {
	var moved atomic.Int64
	inWorld(t, anyDay, func(c *Config) {
		now := c.Now
		c.Now = func() time.Time { return now().Add(time.Duration(moved.Load())) }
	}, func(w *world) {
		ctx, leave := context.WithCancel(context.Background())
		rec := httptest.NewRecorder()
		left := make(chan struct{})
		go func() {
			defer close(left)
			w.sim.ServeHTTP(rec, httptest.NewRequestWithContext(ctx, "GET", "/sim/api/events", nil))
		}()
		time.Sleep(time.Minute)
		moved.Store(int64(23 * time.Hour))
		time.Sleep(time.Minute)
		leave()
		<-left
		if n := strings.Count(rec.Body.String(), `"type":"clock"`); n != 1 {
			t.Errorf("%d events tell of the clock that was moved once:\n%s", n, rec.Body)
		}
		if n := strings.Count(rec.Body.String(), ": still here"); n < 4 || n > 6 {
			t.Errorf("%d signs of life in two minutes", n)
		}
	})
}
