package metasim

import (
	"slices"
	"testing"
	"time"
)

func TestCallFaults(t *testing.T) {
	tests := []struct {
		kind     string
		code     float64 // of the error; 0 when the connection is cut or it is answered
		status   int
		accepted int
	}{
		{"http_500", 1, 500, 0},
		{"http_503", 2, 503, 0},
		{"http_429", 80007, 429, 0},
		{"error_131056", 131056, 400, 0},
		{"error_130429", 130429, 400, 0},
		{"error_131000", 131000, 500, 0},
		{"error_190", 190, 401, 0},
		{"error_4711", 4711, 400, 0},
		{"drop_before_accept", 0, 0, 0},
		{"drop_after_accept", 0, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				in := w.writes("Ahoj")
				if res := w.control("POST", "/faults", map[string]any{"kind": tt.kind, "rate": 1, "count": 1}); res.code != 201 {
					t.Fatalf("got %d %s", res.code, res.raw)
				}
				receipt := map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": in.ID}
				if res := w.graph("POST", "/v24.0/"+phoneID+"/messages", receipt); res.code != 200 {
					t.Errorf("a read receipt was hit: %d", res.code)
				}
				res := w.graph("POST", "/v24.0/"+phoneID+"/messages", message(text("x")))
				if res.code != tt.status || res.dropped != (tt.status == 0) {
					t.Errorf("got %d %s (dropped %v)", res.code, res.raw, res.dropped)
				}
				if tt.code != 0 && dig[float64](t, res.body, "error", "code") != tt.code {
					t.Errorf("got %s", res.raw)
				}
				requests := w.sim.Requests(1)
				if got := requests[0]; got.Status != tt.status || got.Dropped != res.dropped || got.Fault != tt.kind || got.Accepted != (tt.accepted == 1) {
					t.Errorf("journal: got %+v", got)
				}
				w.sends(text("x"))
				counts := w.sim.AcceptedCounts()
				if len(counts) != 1 || counts[0].Count != tt.accepted+1 {
					t.Errorf("accepted: got %+v", counts)
				}
				if left := w.sim.Faults(); len(left) != 0 {
					t.Errorf("still in force: %+v", left)
				}
			})
		})
	}
}

func TestLaterErrorFault(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		w.sim.AddFault(Fault{Kind: "error_131049", Count: 1})
		id := w.sends(text("x"))
		w.settle()
		got := w.statuses(id)
		if !slices.Equal(names(got), []string{"failed"}) || dig[float64](t, got[0], "errors", 0, "code") != 131049 {
			t.Errorf("got %v", got)
		}
	})
}

func TestSlowAnswersAreAcceptedAtOnce(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		w.sim.AddFault(Fault{Kind: "slow", MS: 7000, Count: 1})
		begin := time.Now()
		id := w.sends(text("x"))
		if took := time.Since(begin); took != 7*time.Second {
			t.Errorf("took %v", took)
		}
		if got := names(w.statuses(id)); !slices.Equal(got, []string{"sent", "delivered"}) {
			t.Errorf("statuses did not go on meanwhile: %v", got)
		}
	})
}

func TestFaultsAreNarrow(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		w.customerSends("+421905000002", CustomerMessage{Text: "Hi"})
		w.sim.AddFault(Fault{Kind: "http_500", Customer: jana})
		w.sends(with(text("x"), "to", "421905000002"))
		if res := w.graph("POST", "/"+phoneID+"/messages", message(text("x"))); res.code != 500 {
			t.Errorf("got %d", res.code)
		}
		if res := w.graph("GET", "/"+phoneID, nil); res.code != 200 {
			t.Errorf("a look-up was hit: %d", res.code)
		}
	})
}

func TestFaultRateIsKeptAndRepeatable(t *testing.T) {
	run := func() (hits []int) {
		inWorld(t, anyDay, func(c *Config) { c.NoLimits, c.Seed = true, 7 }, func(w *world) {
			w.writes("Ahoj")
			w.sim.AddFault(Fault{Kind: "http_500", Rate: 0.3})
			for i := range 200 {
				if w.graph("POST", "/"+phoneID+"/messages", message(text("x"))).code == 500 {
					hits = append(hits, i)
				}
			}
		})
		return hits
	}
	first := run()
	if len(first) < 40 || len(first) > 80 {
		t.Errorf("%d of 200 were hit at a rate of 0.3", len(first))
	}
	if second := run(); !slices.Equal(first, second) {
		t.Errorf("the same seed hit others: %v and %v", first, second)
	}
}

func TestBadFaultsAreRefused(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		for _, f := range []map[string]any{
			{}, {"kind": "gremlin"}, {"kind": "error_x"}, {"kind": "http_200"}, {"kind": "slow", "rate": 2}, {"kind": "slow", "count": -1}, {"kind": "slow", "endpoint": "moon"},
		} {
			if res := w.control("POST", "/faults", f); res.code != 400 || res.body["detail"] == "" {
				t.Errorf("%v: got %d %s", f, res.code, res.raw)
			}
		}
		if res := w.control("DELETE", "/faults/99", nil); res.code != 404 {
			t.Errorf("got %d", res.code)
		}
	})
}

func TestPairLimit(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		w.customerSends("+421905000002", CustomerMessage{Text: "Hi"})
		for range 45 {
			w.sends(text("x"))
		}
		over := func() float64 {
			res := w.graph("POST", "/"+phoneID+"/messages", message(text("x")))
			if res.code == 200 {
				return 0
			}
			return dig[float64](t, res.body, "error", "code")
		}
		if got := over(); got != 131056 {
			t.Errorf("the 46th: got %v", got)
		}
		w.sends(with(text("x"), "to", "421905000002"))
		w.move(6 * time.Second)
		if got := over(); got != 0 {
			t.Errorf("6 s later: got %v", got)
		}
		if got := over(); got != 131056 {
			t.Errorf("and one more: got %v", got)
		}
		w.move(time.Hour)
		for range 45 {
			w.sends(text("x"))
		}
	})
}

func TestThroughputLimit(t *testing.T) {
	inWorld(t, anyDay, func(c *Config) { c.PairBurst = 1000 }, func(w *world) {
		w.addNumber(Number{Throughput: 20})
		w.writes("Ahoj")
		for range 20 {
			w.sends(text("x"))
		}
		res := w.graph("POST", "/"+phoneID+"/messages", message(text("x")))
		if res.code != 400 || dig[float64](t, res.body, "error", "code") != 130429 {
			t.Errorf("the 21st in a second: got %d %s", res.code, res.raw)
		}
		time.Sleep(time.Second)
		for range 20 {
			w.sends(text("x"))
		}
	})
}
