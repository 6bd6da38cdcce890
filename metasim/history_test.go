package metasim

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestHistoryIsQuiet(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		history := map[string]any{"to": business, "name": "Jana", "messages": []any{
			map[string]any{"id": "wamid.1", "direction": "in", "text": "Ahoj", "at": "2026-11-22T08:00:00Z"},
			map[string]any{"id": "wamid.2", "direction": "out", "text": "Dobrý deň", "at": "2026-11-22T08:01:00Z"},
			map[string]any{"direction": "in", "type": "image", "text": "photo", "at": "2026-11-22T08:02:00Z"},
		}}
		for range 2 {
			if res := w.control("POST", "/customers/"+jana+"/history", history); res.code != 201 {
				t.Fatalf("got %d %s", res.code, res.raw)
			}
			history["messages"] = history["messages"].([]any)[:2]
		}
		w.settle()
		if len(w.hook.hooks) != 0 {
			t.Errorf("history made %d webhooks", len(w.hook.hooks))
		}
		got, err := w.sim.Messages(jana, "", 0)
		if err != nil || len(got) != 3 || got[2].Text != "Ahoj" || got[0].Type != "image" || got[0].Media != nil {
			t.Fatalf("got %+v, %v", got, err)
		}
		info, _ := w.sim.CustomerInfo(jana)
		if closes := info.Threads[0].WindowClosesAt; closes == nil || !closes.Equal(time.Date(2026, 11, 23, 8, 2, 0, 0, time.UTC)) {
			t.Errorf("window: %+v", info.Threads[0])
		}
		w.sends(body("reaction", map[string]any{"message_id": "wamid.1", "emoji": "👍"}))
	})
}

func TestHistoryCarriesWhatMessagesHold(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		res := w.control("POST", "/customers/"+jana+"/history", `{"messages":[
			{"id":"p","direction":"in","type":"image","text":"look","at":"2026-11-22T08:00:00Z","file":{"mime_type":"image/png","filename":"a.png","data":"iVBORw=="}},
			{"id":"l","direction":"out","type":"location","content":{"latitude":48.1,"longitude":17.1,"name":"Shop"},"at":"2026-11-22T08:01:00Z","context_id":"p",
				"reactions":[{"direction":"in","emoji":"👍"}]},
			{"id":"r","direction":"in","type":"text","text":"gone","revoked":true,"at":"2026-11-22T08:02:00Z"}]}`)
		if res.code != 201 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		got, _ := w.sim.Messages(jana, "", 0)
		photo, place, revoked := got[2], got[1], got[0]
		if photo.Media == nil || photo.Media.Size != 4 || photo.Media.Filename != "a.png" || photo.Text != "look" {
			t.Fatalf("photo: %+v", photo.Media)
		}
		if res := w.do("GET", photo.Media.URL, nil, nil); res.code != 200 || string(res.raw) != "\x89PNG" || res.header.Get("Content-Type") != "image/png" {
			t.Errorf("the photo's bytes: %d %q", res.code, res.raw)
		}
		if res := w.graph("GET", "/v24.0/"+photo.Media.ID, nil); res.code != 400 {
			t.Errorf("the Graph API gives out a file that no webhook told of: %d", res.code)
		}
		if place.Text != "Shop" || place.Content["latitude"] != 48.1 || place.ContextID == nil || *place.ContextID != "p" || len(place.Reactions) != 1 {
			t.Errorf("place: %+v", place)
		}
		if !revoked.Revoked {
			t.Errorf("revoked: %+v", revoked)
		}
	})
}

func TestHistoryFilesMayLieElsewhere(t *testing.T) {
	inWorld(t, anyDay, func(c *Config) { c.MediaBytes = 3 * shelved }, func(w *world) {
		opened := 0
		missing := false
		voice := func() (io.ReadCloser, error) {
			if missing {
				return nil, errors.New("no such file")
			}
			opened++
			return io.NopCloser(strings.NewReader("OggS and a megabyte more")), nil
		}
		err := w.sim.AddHistory(jana, "", nil, []History{{
			ID: "v", Direction: "in", Type: "audio", Content: map[string]any{"voice": true}, At: w.sim.Now(),
			File: &HistoryFile{MIMEType: "audio/ogg", Name: "v.ogg", Open: voice, Size: 24},
		}})
		if err != nil {
			t.Fatal(err)
		}
		all, _ := w.sim.Messages(jana, "", 0)
		media := all[0].Media
		if opened != 0 || w.sim.media.bytes != shelved {
			t.Errorf("before anybody listens it was opened %d times and takes %d bytes", opened, w.sim.media.bytes)
		}
		if !media.Voice || media.Size != 24 {
			t.Errorf("got %+v", media)
		}
		part := w.do("GET", media.URL, map[string]string{"Range": "bytes=0-3"}, nil)
		if part.code != 206 || string(part.raw) != "OggS" {
			t.Errorf("a part: %d %q", part.code, part.raw)
		}
		missing = true
		if res := w.do("GET", media.URL, nil, nil); res.code != 404 {
			t.Errorf("a file that is gone: %d", res.code)
		}
		for i := range 5 {
			if err := w.sim.AddHistory(jana, "", nil, []History{{
				Direction: "in", Type: "audio", At: w.sim.Now().Add(time.Duration(i)), File: &HistoryFile{MIMEType: "audio/ogg", Open: voice, Size: 24},
			}}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(w.sim.media.byID); n != 3 || len(w.sim.media.order) != 3 {
			t.Errorf("%d files are on a shelf for three", n)
		}
	})
}

func TestPersonasLeaveThePastUnread(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		if err := w.sim.AddHistory(jana, "", nil, []History{
			{ID: "q", Direction: "in", Text: "Kedy?", At: w.sim.Now().Add(-time.Hour)},
			{ID: "a", Direction: "out", Text: "Zajtra.", Status: "delivered", At: w.sim.Now().Add(-time.Minute)},
		}); err != nil {
			t.Fatal(err)
		}
		ticks := make(chan time.Time)
		w.sim.StartPersonas(PersonaConfig{Tick: ticks})
		for range 30 {
			time.Sleep(2 * time.Second)
			ticks <- time.Now()
		}
		synctest.Wait()
		if got := w.statuses("a"); len(got) != 0 {
			t.Errorf("somebody read it: %v", got)
		}
		if _, err := w.sim.Read(jana, "", ""); err != nil {
			t.Fatal(err)
		}
		w.settle()
		if got := names(w.statuses("a")); len(got) != 1 || got[0] != "read" {
			t.Errorf("after opening the phone: %v", got)
		}
	})
}
