package realtime

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/desk"
)

// BenchmarkFanOut measures what it costs to bring one change to everybody who
// sees it, over real connections, clients included. A delivery is one frame of
// about 700 bytes at one client.
func BenchmarkFanOut(b *testing.B) {
	for _, clients := range []int{1, 50, 500} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) { fanOut(b, clients) })
	}
}

func fanOut(b *testing.B, clients int) {
	m := &memory{asked: map[string]int{}, gone: map[desk.ID]bool{}, revoked: map[desk.ID]desk.Scope{}}
	woke := make(chan struct{}, 1)
	encode := plainJSON()
	padding := strings.Repeat("x", 600)
	encode.Conversations = func(_ context.Context, rows []desk.Row) ([]any, error) {
		var all []any
		for _, r := range rows {
			all = append(all, map[string]string{"id": r.Conversation.ID.String(), "text": padding})
		}
		return all, nil
	}
	hub, err := New(Config{
		Reader: m, Encode: encode, Reauthorise: m.reauthorise, Wake: woke, Now: time.Now, Logger: discard(),
	})
	if err != nil {
		b.Fatal(err)
	}
	hub.limits.pause, hub.limits.noticePause, hub.limits.countPause = time.Microsecond, time.Hour, time.Hour
	if err := hub.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	next := desk.ID(0)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		next++
		a := actorOf(next, 1)
		mu.Unlock()
		hub.ServeWS(w, r, a)
	}))
	defer srv.Close()
	defer hub.Stop()

	got := make(chan struct{}, clients)
	for range clients {
		conn, _, err := websocket.Dial(b.Context(), srv.URL, nil)
		if err != nil {
			b.Fatal(err)
		}
		conn.SetReadLimit(1 << 20)
		defer conn.CloseNow()
		greeted := make(chan struct{})
		go func() {
			for first := true; ; {
				_, data, err := conn.Read(context.Background())
				switch {
				case err != nil:
					return
				case first:
					close(greeted)
					first = false
				case bytes.Contains(data, []byte(`{"kind":"conversation"`)):
					got <- struct{}{}
				}
			}
		}()
		<-greeted
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		m.add(11)
		signal(woke)
		for range clients {
			<-got
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*clients), "ns/delivery")
}
