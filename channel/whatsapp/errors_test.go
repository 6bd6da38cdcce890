package whatsapp

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/channel/meta"
	"parley/desk"
)

// codes is every code of Meta's page "Error codes" (v24.0, December 2025) and
// of the pages about business-scoped user ids, block lists, templates and
// numbers that are also used in the phone app.
func codes() map[desk.ErrorKind][]int {
	return map[desk.ErrorKind][]int{
		desk.Ambiguous:    {1, 2, 131000},
		desk.Temporary:    {131016, 131057, 133004, 133015, 134101, 132069},
		desk.RateLimited:  {4, 80007, 130429, 131048, 131056},
		desk.WindowClosed: {131047, 470},
		desk.Reconnect: {0, 190, 3, 10, 200, 210, 299, 131005, 33, 368, 131031, 131037, 131042, 131045,
			133000, 133005, 133006, 133008, 133009, 133010, 133016, 134011},
		desk.Permanent: {100, 131008, 131009, 135000, 131021, 131026, 131030, 130497, 131049, 131050, 130472,
			131051, 131052, 131053, 131055, 134100, 134102, 131059, 131061, 131062,
			132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068,
			139100, 139101, 139102, 139103,
			2388019, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299, 2593107, 2593108, 2593109},
	}
}

func TestErrorTable(t *testing.T) {
	jargon := []string{"OAuth", "endpoint", "payload", "JSON", "HTTP", "WABA", "API call", "parameter", "webhook", "(#", "subcode"}
	for kind, list := range codes() {
		for _, code := range list {
			if _, known := lookup(code); !known {
				t.Errorf("%d is not in the table", code)
			}
			e := explain(code)
			if e.Kind != kind {
				t.Errorf("%d: kind %q, want %q", code, e.Kind, kind)
			}
			if e.Code != strconv.Itoa(code) {
				t.Errorf("%d: code %q", code, e.Code)
			}
			ofNumber := slices.Contains([]int{33, 131037, 131045, 133000, 133005, 133006, 133008, 133009, 133010, 133016}, code)
			if e.Channel != ofNumber {
				t.Errorf("%d: of one number only: %v, want %v", code, e.Channel, ofNumber)
			}
			if e.Pair != (code == 131056) {
				t.Errorf("%d: pair %v", code, e.Pair)
			}
			if sentences := strings.Count(e.Text, ". ") + strings.Count(e.Text, "; ") + strings.Count(e.Text, ": "); sentences == 0 || !strings.HasSuffix(e.Text, ".") {
				t.Errorf("%d: the text does not say both what happened and what to do: %q", code, e.Text)
			}
			for _, word := range jargon {
				if strings.Contains(e.Text, word) {
					t.Errorf("%d: the text is not for members: %q in %q", code, word, e.Text)
				}
			}
		}
	}
	if e := explain(424242); e.Kind != desk.Permanent || e.Text == "" {
		t.Errorf("an unknown code is %+v", e)
	}
}

// TestErrorOverHTTP sends every code as an answer of status 400 and as a failed
// status: a code must mean the same in both, but for the doubt, which a status
// does not leave.
func TestErrorOverHTTP(t *testing.T) {
	code := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, graphError(code, `,"error_data":{"messaging_product":"whatsapp","details":"The details."}`))
	}))
	defer server.Close()
	d := testDriver(server.Client())
	for kind, list := range codes() {
		for _, code = range list {
			_, err := d.Send(t.Context(), testConnection(Cloud, server.URL), testChannel, outgoingText("x"))
			failure, ok := err.(*desk.SendError)
			if !ok || failure.Kind != kind || failure.Code != strconv.Itoa(code) || failure.Detail != "The details." {
				t.Errorf("%d answered: %+v", code, err)
			}
			updates := parse(t, hookOf(fmt.Sprintf(`{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"statuses":[{"id":"wamid.1","status":"failed","errors":[{"code":%d,"error_data":{"details":"The details."}}]}]}}`, code)))
			failed := updates[0].News.(desk.StatusNews).Failure
			certain := kind
			if kind == desk.Ambiguous {
				certain = desk.Temporary
			}
			if failed.Kind != certain || failed.Code != strconv.Itoa(code) || failed.Detail != "The details." || strings.Contains(failed.Text, "tries again") {
				t.Errorf("%d as a status: %+v", code, failed)
			}
		}
	}
}

// TestExampleAnswers reads Meta's own examples of answers.
func TestExampleAnswers(t *testing.T) {
	receipt, ok := readReceipt(exampleBytes(t, "resp_response_messages"))
	if !ok || receipt.ExternalID != "wamid.gBGGSFcCNEOPAgkO_KJ55r4w_ww" || receipt.To.Phone != "+16315552222" {
		t.Errorf("receipt = %+v, %v", receipt, ok)
	}
	for _, code := range []int{190, 2, 4, 400, 403, 803} {
		g, ok := meta.ReadGraphError(exampleBytes(t, fmt.Sprintf("resp_error_%d", code)))
		if !ok || g.Code != code || g.Message == "" {
			t.Errorf("%d: %+v, %v", code, g, ok)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "soon": 0, "999999999999": 0, "99999999": 24 * time.Hour,
		"Sun, 22 Nov 2026 12:00:30 GMT": 30 * time.Second, "Sun, 22 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := meta.RetryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("Retry-After %q: %v, want %v", value, got, want)
		}
	}
}
