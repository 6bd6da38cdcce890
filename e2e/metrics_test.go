package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestMetrics asks for the figures as a monitor on the same machine does.
func TestMetrics(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		w.writes(customer, numberA, "hello")
		w.thread(customer)
		resp, err := http.Get(w.base + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"parley_store_up 1\n", "parley_hooks_pending 0\n", "parley_sends_overdue 0\n", `parley_store_queue_length{queue="hooks"} 0`,
			`parley_http_request_duration_seconds_count{route="POST /hooks/{key}",status="2xx"}`, "process_resident_memory_bytes", "go_goroutines",
		} {
			if !strings.Contains(string(body), want) {
				t.Errorf("the figures lack %s", want)
			}
		}
		if strings.Contains(string(body), strings.TrimPrefix(customer, "+")) || strings.Contains(string(body), w.hook) {
			t.Error("the figures name a customer or a hook's address")
		}
	})
}
