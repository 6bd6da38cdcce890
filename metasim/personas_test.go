package metasim

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// play lets the personas act for an hour, with a business that answers
// everything, and gives what was said in order.
func play(t *testing.T, seed uint64) (said []Message) {
	inWorld(t, anyDay, nil, func(w *world) {
		ticks := make(chan time.Time)
		w.sim.StartPersonas(PersonaConfig{Seed: seed, Tick: ticks})
		answered := map[string]bool{}
		begin := time.Now()
		for time.Since(begin) < time.Hour {
			time.Sleep(2 * time.Second)
			ticks <- time.Now()
			synctest.Wait()
			for _, c := range w.sim.Customers() {
				messages, _ := w.sim.Messages(c.ID, "", 0)
				for _, m := range messages {
					if m.Direction == "in" && !answered[m.ID] {
						answered[m.ID] = true
						said = append(said, m)
						w.sends(with(text("Thank you, we will look into it."), "to", c.ID))
					}
				}
			}
		}
		reads := 0
		for _, s := range w.statuses("") {
			if s["status"] == "read" {
				reads++
			}
		}
		if reads < len(said)/2 {
			t.Errorf("%d answers were read of %d", reads, len(said))
		}
		w.sim.StopPersonas()
	})
	return said
}

func TestPersonasWriteNowAndThen(t *testing.T) {
	said := play(t, 1)
	if len(said) < 20 {
		t.Fatalf("they said %d things in an hour", len(said))
	}
	writers := map[string]bool{}
	for i, m := range said {
		writers[m.Customer] = true
		if i > 0 {
			if gap := m.At.Sub(said[i-1].At); gap < 20*time.Second {
				t.Errorf("two messages within %v", gap)
			}
		}
	}
	if len(writers) < 5 {
		t.Errorf("only %d of them spoke", len(writers))
	}
	again := play(t, 1)
	if len(again) != len(said) {
		t.Fatalf("the same seed said %d things, then %d", len(said), len(again))
	}
	for i := range said {
		if said[i].Text != again[i].Text || said[i].Customer != again[i].Customer || !said[i].At.Equal(again[i].At) {
			t.Errorf("%d: the same seed said %q, then %q", i, said[i].Text, again[i].Text)
		}
	}
}

func TestPersonasLeavePlayedCustomersAlone(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		screen := w.sim.events.subscribe(jana)
		defer w.sim.events.unsubscribe(screen)
		w.writes("Ahoj")
		id := w.sends(text("Dobrý deň"))
		ticks := make(chan time.Time)
		w.sim.StartPersonas(PersonaConfig{Tick: ticks})
		for range 30 {
			time.Sleep(2 * time.Second)
			ticks <- time.Now()
		}
		synctest.Wait()
		if got := names(w.statuses(id)); len(got) != 2 {
			t.Errorf("someone read the message of a customer who is being played: %v", got)
		}
	})
}

func TestPersonasAnswerButtons(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		ticks := make(chan time.Time)
		w.sim.StartPersonas(PersonaConfig{Seed: 3, Tick: ticks, Cast: []Persona{{"+421905000009", "Eva", "sk"}}})
		tapped := false
		for range 40 {
			w.sends(interactive("button", buttons("Áno", "Nie"), nil))
			for range 20 {
				time.Sleep(2 * time.Second)
				ticks <- time.Now()
				synctest.Wait()
			}
			for _, m := range w.inbound() {
				if m["type"] == "interactive" && m["from"] == janaWA {
					tapped = true
					if got := dig[string](t, m, "interactive", "button_reply", "title"); got != "Áno" && got != "Nie" {
						t.Errorf("tapped %q", got)
					}
					if dig[string](t, m, "context", "id") == "" {
						t.Error("a tapped button names its message")
					}
				}
			}
			if tapped {
				return
			}
		}
		t.Error("nobody tapped a button")
	})
}

func TestPersonasAreSwitchedOverTheControlAPI(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		if res := w.control("GET", "/personas", nil); res.body["on"] != false {
			t.Errorf("at first: got %s", res.raw)
		}
		if res := w.control("POST", "/personas", map[string]any{"on": true, "seed": 5}); res.body["on"] != true {
			t.Errorf("on: got %s", res.raw)
		}
		time.Sleep(10 * time.Minute)
		if len(w.inbound()) == 0 {
			t.Error("nobody wrote in ten minutes")
		}
		if res := w.control("POST", "/personas", map[string]any{"on": false}); res.body["on"] != false {
			t.Errorf("off: got %s", res.raw)
		}
		before := len(w.inbound())
		time.Sleep(10 * time.Minute)
		if got := len(w.inbound()); got != before {
			t.Errorf("%d wrote while switched off", got-before)
		}
	})
}

// act lets personas act for a time and gives what was said.
func (w *world) act(ticks chan time.Time, d time.Duration) []Message {
	before := len(w.said())
	for begin := time.Now(); time.Since(begin) < d; {
		time.Sleep(2 * time.Second)
		ticks <- time.Now()
	}
	synctest.Wait()
	return w.said()[before:]
}

func (w *world) said() (all []Message) {
	for _, c := range w.sim.Customers() {
		messages, _ := w.sim.Messages(c.ID, "", 0)
		for _, m := range messages {
			if m.Direction == "in" {
				all = append(all, m)
			}
		}
	}
	slices.SortFunc(all, func(a, b Message) int { return a.At.Compare(b.At) })
	return all
}

func TestPersonasWaitForAnAnswer(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		ticks := make(chan time.Time)
		w.sim.StartPersonas(PersonaConfig{Seed: 2, Tick: ticks})
		said := w.act(ticks, 3*time.Hour)
		if cast := len(builtInCast()); len(said) != cast {
			t.Errorf("nobody answers, and %d people said %d things", cast, len(said))
		}
	})
}

func TestPersonasFallSilent(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		ticks := make(chan time.Time)
		w.sim.StartPersonas(PersonaConfig{Seed: 2, Tick: ticks, Cast: []Persona{{"+421900000009", "Eva", "sk"}}})
		for range 60 {
			w.act(ticks, 20*time.Second)
			for _, c := range w.sim.Customers() {
				w.sends(with(text("Ďakujeme."), "to", c.ID))
			}
		}
		if n := len(w.said()); n < 2 || n > talkative {
			t.Errorf("in twenty minutes one customer said %d things", n)
		}
	})
}

func TestPersonasAreQuietAfterTheClockWasMoved(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		ticks := make(chan time.Time)
		w.sim.StartPersonas(PersonaConfig{Seed: 2, Tick: ticks})
		if len(w.act(ticks, 5*time.Minute)) == 0 {
			t.Fatal("nobody wrote in five minutes")
		}
		w.sends(with(text("Dobrý deň"), "to", w.said()[0].Customer))
		w.settle()
		w.move(23 * time.Hour)
		if said := w.act(ticks, 9*time.Minute); len(said) != 0 {
			t.Errorf("%d wrote right after the clock was moved", len(said))
		}
		if len(w.act(ticks, 10*time.Minute)) == 0 {
			t.Error("nobody writes any more")
		}
	})
}
