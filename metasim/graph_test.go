package metasim

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTemplatesArePaged(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		seen, categories, languages := map[string]bool{}, map[string]bool{}, map[string]bool{}
		path := "/v24.0/" + waba + "/message_templates?limit=5"
		for pages := 0; path != ""; pages++ {
			res := w.graph("GET", path, nil)
			if res.code != 200 || pages > 20 {
				t.Fatalf("page %d: got %d %s", pages, res.code, res.raw)
			}
			for _, row := range dig[[]any](t, res.body, "data") {
				r := row.(map[string]any)
				if seen[r["id"].(string)] {
					t.Errorf("%v came twice", r["id"])
				}
				seen[r["id"].(string)] = true
				categories[r["category"].(string)], languages[r["language"].(string)] = true, true
			}
			paging, _ := res.body["paging"].(map[string]any)
			next, _ := paging["next"].(string)
			path = strings.TrimPrefix(next, "http://sim.test")
		}
		if len(seen) != len(fixedTemplates()) || len(categories) != 3 || !languages["sk"] || !languages["pt_BR"] {
			t.Errorf("got %d of %d templates, %v, %v", len(seen), len(fixedTemplates()), categories, languages)
		}
		if res := w.graph("GET", "/"+waba+"/message_templates?after=nonsense", nil); dig[float64](t, res.body, "error", "code") != 131059 {
			t.Errorf("bad cursor: got %s", res.raw)
		}
		res := w.graph("GET", "/"+waba+"/message_templates?name=login_code&language=sk&fields=name,status,quality_score", nil)
		rows := dig[[]any](t, res.body, "data")
		if len(rows) != 1 || dig[string](t, rows[0], "quality_score", "score") != "GREEN" || rows[0].(map[string]any)["components"] != nil {
			t.Errorf("filtered: got %s", res.raw)
		}
	})
}

func TestTemplatesAreFiltered(t *testing.T) {
	for query, want := range map[string][]string{
		"name_or_content=HELLO_w":                                     {"hello_world en_US"},
		"name_or_content=garden+until":                                {"spring_offer en"},
		"content=hello_world":                                         nil,
		`category=["AUTHENTICATION"]&language=["sk","pt_BR"]`:         {"login_code sk", "login_code pt_BR"},
		`status=["PAUSED","REJECTED"]`:                                {"feedback_request en", "payment_overdue en"},
		"status=PENDING&quality_score=GREEN":                          {"summer_preview en"},
		`status=["PENDING"]&quality_score=["RED","YELLOW"]`:           nil,
		`category=["AUTHENTICATION"&language=sk`:                      nil,
		"category=authentication&language=en&name=login&content=code": {"login_code en"},
	} {
		inWorld(t, anyDay, nil, func(w *world) {
			res := w.graph("GET", "/"+waba+"/message_templates?"+strings.NewReplacer("[", "%5B", "]", "%5D", `"`, "%22").Replace(query), nil)
			var got []string
			for i := range dig[[]any](t, res.body, "data") {
				got = append(got, dig[string](t, res.body, "data", i, "name")+" "+dig[string](t, res.body, "data", i, "language"))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", query, got, want)
			}
		})
	}
}

func TestProofOfTheAppSecret(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		// HMAC-SHA256 of "token-1" with the key "app-secret", by openssl.
		const proof = "8e4416844a305cc4fe40bc8a5515230210fdd8442bd755396dd7e12d77c01b4f"
		if res := w.graph("GET", "/"+phoneID+"?appsecret_proof="+proof, nil); res.code != 200 {
			t.Errorf("right proof: got %d %s", res.code, res.raw)
		}
		res := w.graph("GET", "/"+phoneID+"?appsecret_proof=0"+proof[1:], nil)
		if res.code != 400 || dig[float64](t, res.body, "error", "code") != 100 || dig[string](t, res.body, "error", "type") != "GraphMethodException" {
			t.Errorf("wrong proof: got %d %s", res.code, res.raw)
		}
		if query := w.sim.Requests(1)[0].Query; query != "" {
			t.Errorf("the journal keeps the proof: %s", query)
		}
	})
}

func TestNumberAndAccountNodes(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		res := w.graph("GET", "/v24.0/"+phoneID+"?fields=verified_name,display_phone_number,quality_rating,whatsapp_business_manager_messaging_limit,quality_score{score}", nil)
		if res.code != 200 || res.body["verified_name"] != "Shop" || res.body["display_phone_number"] != business || res.body["id"] != phoneID || res.body["whatsapp_business_manager_messaging_limit"] != "TIER_2K" {
			t.Errorf("got %d %s", res.code, res.raw)
		}
		if res := w.graph("GET", "/"+phoneID+"?fields=shoe_size", nil); res.code != 400 || !strings.Contains(dig[string](t, res.body, "error", "message"), "nonexisting field (shoe_size)") {
			t.Errorf("unknown field: got %s", res.raw)
		}
		w.addNumber(Number{PhoneNumberID: "second", PhoneNumber: "+421900000002"})
		if rows := dig[[]any](t, w.graph("GET", "/"+waba+"/phone_numbers", nil).body, "data"); len(rows) != 2 {
			t.Errorf("numbers: got %v", rows)
		}
		if res := w.graph("GET", "/"+waba, nil); res.body["currency"] != "USD" {
			t.Errorf("account: got %s", res.raw)
		}
		if res := w.graph("GET", "/"+phoneID+"/whatsapp_business_profile?fields=about", nil); dig[string](t, res.body, "data", 0, "messaging_product") != "whatsapp" {
			t.Errorf("profile: got %s", res.raw)
		}
		for _, unknown := range []string{"/" + phoneID + "/groups", "/" + waba + "/flows", "/me"} {
			if res := w.graph("GET", unknown, nil); res.code != 400 {
				t.Errorf("%s: got %d", unknown, res.code)
			}
		}
		w.graph("POST", "/"+phoneID+"/deregister", nil)
		if res := w.graph("POST", "/"+phoneID+"/messages", message(text("x"))); dig[float64](t, res.body, "error", "code") != 133010 {
			t.Errorf("not registered: got %s", res.raw)
		}
		if res := w.graph("POST", "/"+phoneID+"/register", map[string]any{"messaging_product": "whatsapp", "pin": "123456"}); res.body["success"] != true {
			t.Errorf("register: got %s", res.raw)
		}
	})
}

func TestJournalKeepsTheNewest(t *testing.T) {
	inWorld(t, anyDay, func(c *Config) { c.Journal = 3 }, func(w *world) {
		w.writes("Ahoj")
		for _, s := range []string{"1", "2", "3", "4", "5"} {
			w.sends(text(s))
		}
		res := w.control("GET", "/requests?limit=2", nil)
		items := dig[[]any](t, res.body, "items")
		if len(items) != 2 || dig[string](t, items[0], "body", "text", "body") != "5" || dig[float64](t, items[0], "status") != 200 || dig[bool](t, items[0], "accepted") != true {
			t.Errorf("got %s", res.raw)
		}
		if dig[string](t, items[0], "auth") != "bearer" || strings.Contains(string(res.raw), token) {
			t.Errorf("the token must not be shown: %s", res.raw)
		}
		if got := len(w.sim.Requests(0)); got != 3 {
			t.Errorf("kept %d", got)
		}
	})
}

func TestAcceptedCountsSameMessages(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		for _, opaque := range []string{"a", "b", "a", "a"} {
			w.sends(with(text("same text"), "biz_opaque_callback_data", opaque))
		}
		counts := map[string]int{}
		for _, a := range w.sim.AcceptedCounts() {
			counts[*a.Opaque] = a.Count
		}
		if counts["a"] != 3 || counts["b"] != 1 {
			t.Errorf("got %v", counts)
		}
	})
}

func TestClockAndReset(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		w.sends(text("x"))
		res := w.control("POST", "/clock", map[string]any{"offset_seconds": 3600})
		if res.code != 200 || dig[string](t, res.body, "now")[:19] != "2026-11-22T11:00:00" {
			t.Errorf("clock: got %d %s", res.code, res.raw)
		}
		if res := w.control("POST", "/clock", map[string]any{}); res.code != 400 {
			t.Errorf("clock without offset: got %d", res.code)
		}
		if res := w.control("POST", "/reset", map[string]any{"keep_numbers": true}); res.code != 200 {
			t.Fatal(res.code)
		}
		w.settle()
		if len(w.sim.Customers()) != 0 || len(w.sim.Requests(0)) != 0 || len(w.sim.Numbers()) != 1 || !w.sim.Now().Before(time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)) {
			t.Error("something was not forgotten, or the number was")
		}
		if got := w.statuses(""); len(got) != 0 {
			t.Errorf("statuses of forgotten messages arrived: %v", got)
		}
		w.writes("again")
		w.settle()
		if len(w.inbound()) == 0 {
			t.Error("nothing is delivered after a reset")
		}
		w.control("POST", "/reset", nil)
		if len(w.sim.Numbers()) != 0 {
			t.Error("a full reset keeps numbers")
		}
		w.addNumber(Number{})
		before := len(w.inbound())
		w.writes("and again")
		w.settle()
		if len(w.inbound()) != before+1 {
			t.Error("nothing is delivered for a number made known again")
		}
	})
}

func TestControlAPIRefusesOtherSites(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		res := w.do("POST", "/sim/api/reset", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, nil)
		if res.code != 403 {
			t.Errorf("got %d", res.code)
		}
		if res := w.control("GET", "/nothing", nil); res.code != 404 || res.body["detail"] == "" {
			t.Errorf("got %d %s", res.code, res.raw)
		}
	})
}

func TestCustomersOverTheControlAPI(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		res := w.control("POST", "/customers", map[string]any{"phone": "+5511987650012", "name": "João", "wa_id": "551187650012"})
		if res.code != 201 || res.body["name"] != "João" || res.body["wa_id"] != "551187650012" || !strings.HasPrefix(dig[string](t, res.body, "bsuid"), "BR.") {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		w.customerSends("551187650012", CustomerMessage{Text: "oi"})
		answer := w.graph("POST", "/"+phoneID+"/messages", message(with(text("olá"), "to", "+5511987650012")))
		contact := dig[map[string]any](t, answer.body, "contacts", 0)
		if contact["input"] != "+5511987650012" || contact["wa_id"] != "551187650012" {
			t.Errorf("contact: got %v", contact)
		}
		if len(w.sim.Customers()) != 1 {
			t.Errorf("the phone and the WhatsApp id became two customers")
		}
		for _, bad := range []map[string]any{{}, {"phone": "x"}, {"bsuid": "lower.case"}, {"bsuid": "BR.1", "phone": "1"}} {
			if res := w.control("POST", "/customers", bad); res.code != 400 {
				t.Errorf("%v: got %d %s", bad, res.code, res.raw)
			}
		}
		if res := w.control("POST", "/customers/+5511987650012/change_number", map[string]any{"phone": "+5511987650012"}); res.code != 409 {
			t.Errorf("a number that is taken: got %d", res.code)
		}
	})
}

func TestNumbersOwnCallbackWins(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		account := map[string]any{"override_callback_uri": "http://desk.test/account", "verify_token": "verify"}
		own := map[string]any{"webhook_configuration": map[string]any{"override_callback_uri": "http://desk.test/own", "verify_token": "verify"}}
		if res := w.graph("POST", "/"+waba+"/subscribed_apps", account); res.code != 200 {
			t.Fatal(string(res.raw))
		}
		if res := w.graph("POST", "/"+phoneID, own); res.code != 200 {
			t.Fatal(string(res.raw))
		}
		var where string
		w.hook.answer = func(r *http.Request, _ []byte) int { where = r.URL.Path; return 200 }
		w.writes("x")
		w.settle()
		if where != "/own" {
			t.Errorf("delivered to %s", where)
		}
		res := w.graph("GET", "/"+phoneID+"?fields=webhook_configuration", nil)
		if got := dig[map[string]any](t, res.body, "webhook_configuration"); got["phone_number"] != "http://desk.test/own" || got["whatsapp_business_account"] != "http://desk.test/account" {
			t.Errorf("got %v", got)
		}
	})
}

func TestBusinessProfileIsKept(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		if res := w.graph("POST", "/"+phoneID+"/whatsapp_business_profile", map[string]any{"messaging_product": "whatsapp", "about": "Mugs"}); res.body["success"] != true {
			t.Fatal(string(res.raw))
		}
		if res := w.graph("GET", "/"+phoneID+"/whatsapp_business_profile", nil); dig[string](t, res.body, "data", 0, "about") != "Mugs" {
			t.Errorf("got %s", res.raw)
		}
		res := w.graph("GET", "/"+phoneID+"/whatsapp_business_profile?fields=vertical,email", nil)
		profile := dig[map[string]any](t, res.body, "data", 0)
		if len(profile) != 2 || profile["vertical"] != "UNDEFINED" || profile["messaging_product"] != "whatsapp" {
			t.Errorf("only two fields asked for: got %s", res.raw)
		}
	})
}

func TestBadNumbersAreRefused(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		good := map[string]any{"phone_number_id": "7", "phone_number": "+421900000007", "access_token": "t7"}
		for field, bad := range map[string]any{
			"phone_number_id": "", "phone_number": "seven", "access_token": "", "provider": "pigeon", "throughput": -1, "timezone": "Mars/Olympus",
		} {
			body := map[string]any{}
			for k, v := range good {
				body[k] = v
			}
			body[field] = bad
			if res := w.control("POST", "/numbers", body); res.code != 400 || !strings.Contains(dig[string](t, res.body, "detail"), field) {
				t.Errorf("%s %v: got %d %s", field, bad, res.code, res.raw)
			}
		}
		taken := map[string]any{"phone_number_id": "8", "phone_number": business, "access_token": "t8"}
		if res := w.control("POST", "/numbers", taken); res.code != 400 {
			t.Errorf("a number that is taken: got %d", res.code)
		}
		if res := w.control("POST", "/numbers", good); res.code != 201 || res.body["verification"] != nil {
			t.Errorf("got %d %s", res.code, res.raw)
		}
	})
}
