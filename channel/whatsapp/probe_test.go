package whatsapp

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channel/meta"
	"parley/desk"
)

// account is a small stand-in for what Test asks of Meta.
type account struct {
	numbers    map[string]string // id → JSON
	list       string
	subscribed string
}

func (a account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(status int, body string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
	missing := graphError(100, `,"error_subcode":33`)
	path := strings.TrimPrefix(r.URL.Path, "/")
	proof := r.URL.Query().Get("appsecret_proof")
	switch {
	case r.Header.Get("Authorization") != "Bearer EAAGm0PX4ZCpsBAtoken":
		answer(401, graphError(190, `,"error_data":{"details":"Session has expired"}`))
	case proof != "" && proof != meta.Proof("6dbe0Ab1c79f4e28", "EAAGm0PX4ZCpsBAtoken"):
		answer(400, `{"error":{"message":"Invalid appsecret_proof provided in the API argument","type":"GraphMethodException","code":100}}`)
	case path == "102290129340398/phone_numbers" && r.URL.Query().Get("after") == "":
		answer(200, `{"data":[],"paging":{"cursors":{"after":"Q=="},"next":"https://graph.facebook.com/next"}}`)
	case path == "102290129340398/phone_numbers":
		answer(200, `{"data":[`+a.list+`],"paging":{"cursors":{"after":"R"}}}`)
	case path == "102290129340398/subscribed_apps":
		answer(200, `{"data":[`+a.subscribed+`]}`)
	case a.numbers[path] != "":
		answer(200, a.numbers[path])
	default:
		answer(400, missing)
	}
}

const (
	number1 = `{"id":"106540352242922","display_phone_number":"+1 555-078-3881","verified_name":"Parley \ud83d\udc4d"}`
	number2 = `{"id":"206540352242922","display_phone_number":"+421 905 111 222","verified_name":"Parley SK"}`
)

func goodAccount() account {
	return account{
		numbers:    map[string]string{"106540352242922": number1, "206540352242922": number2},
		list:       number1 + "," + number2,
		subscribed: `{"whatsapp_business_api_data":{"id":"1","name":"Parley"}}`,
	}
}

func twoChannels() []desk.Channel {
	return []desk.Channel{testChannel, {ExternalID: "206540352242922", Address: "+421905111222"}}
}

// verdicts writes findings as "ok field" and "BAD field code".
func verdicts(t *testing.T, findings []desk.Finding) []string {
	t.Helper()
	var out []string
	for _, f := range findings {
		if len(f.Message) < 15 || strings.Contains(f.Message, "EAAGm0PX4ZCpsBAtoken") {
			t.Errorf("finding %+v", f)
		}
		word := "BAD "
		if f.OK {
			word = "ok "
		}
		out = append(out, strings.TrimSpace(word+f.Field+" "+f.Code))
	}
	return out
}

func TestTest(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*account, *desk.Connection, []desk.Channel)
		want   []string
	}{
		"all right": {func(*account, *desk.Connection, []desk.Channel) {},
			[]string{"ok access_token", "ok channels[0].phone_number_id", "ok channels[1].phone_number_id", "ok waba_id", "ok app_secret"}},
		"wrong app secret": {func(_ *account, c *desk.Connection, _ []desk.Channel) { c.Secrets.AppSecret = "another" },
			[]string{"ok access_token", "ok channels[0].phone_number_id", "ok channels[1].phone_number_id", "BAD app_secret 100", "ok waba_id"}},
		"wrong token": {func(_ *account, c *desk.Connection, _ []desk.Channel) { c.Secrets.AccessToken = "wrong-token" },
			[]string{"BAD access_token 190"}},
		"no token": {func(_ *account, c *desk.Connection, _ []desk.Channel) { c.Secrets.AccessToken = "" },
			[]string{"BAD access_token"}},
		"wrong phone number id": {func(_ *account, _ *desk.Connection, ch []desk.Channel) { ch[1].ExternalID = "999" },
			[]string{"BAD channels[1].phone_number_id 100", "ok access_token", "ok channels[0].phone_number_id", "BAD channels[1].phone_number_id", "ok waba_id", "ok app_secret"}},
		"number for id": {func(_ *account, _ *desk.Connection, ch []desk.Channel) { ch[0].ExternalID = "+15550783881" },
			[]string{"BAD channels[0].phone_number_id", "ok access_token", "ok channels[1].phone_number_id", "BAD channels[0].phone_number_id", "ok waba_id", "ok app_secret"}},
		"numbers swapped": {func(_ *account, _ *desk.Connection, ch []desk.Channel) { ch[0].Address = "+421905111222" },
			[]string{"ok access_token", "BAD channels[0].phone_number", "ok channels[1].phone_number_id", "ok waba_id", "ok app_secret"}},
		"wrong account": {func(_ *account, c *desk.Connection, _ []desk.Channel) { c.AccountID = "999" },
			[]string{"ok access_token", "ok channels[0].phone_number_id", "ok channels[1].phone_number_id", "BAD waba_id 100", "ok app_secret"}},
		"no account": {func(_ *account, c *desk.Connection, _ []desk.Channel) { c.AccountID = "" },
			[]string{"ok access_token", "ok channels[0].phone_number_id", "ok channels[1].phone_number_id", "BAD waba_id", "ok app_secret"}},
		"account of somebody else": {func(a *account, _ *desk.Connection, _ []desk.Channel) { a.list = `{"id":"5"}` },
			[]string{"ok access_token", "ok channels[0].phone_number_id", "ok channels[1].phone_number_id", "BAD waba_id", "ok app_secret"}},
		"one number elsewhere": {func(a *account, _ *desk.Connection, _ []desk.Channel) { a.list = number1 },
			[]string{"ok access_token", "ok channels[0].phone_number_id", "ok channels[1].phone_number_id", "BAD channels[1].phone_number_id", "ok waba_id", "ok app_secret"}},
		"no app subscribed": {func(a *account, _ *desk.Connection, _ []desk.Channel) { a.subscribed = "" },
			[]string{"ok access_token", "ok channels[0].phone_number_id", "ok channels[1].phone_number_id", "ok waba_id", "BAD waba_id not_subscribed", "ok app_secret"}},
		"not an address": {func(_ *account, c *desk.Connection, _ []desk.Channel) { c.APIBaseURL = "graph" },
			[]string{"BAD api_base_url"}},
		"nobody there": {func(_ *account, c *desk.Connection, _ []desk.Channel) { c.APIBaseURL = "http://127.0.0.1:1" },
			[]string{"BAD api_base_url network"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, channels := goodAccount(), twoChannels()
			server := httptest.NewServer(nil)
			defer server.Close()
			c := testConnection(Cloud, server.URL)
			tt.change(&a, &c, channels)
			server.Config.Handler = a
			got := verdicts(t, testDriver(server.Client()).Test(t.Context(), c, channels))
			want := tt.want
			if diff := cmp.Diff(want, sortedLike(want, got)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// sortedLike returns got in want's order where both hold the same, so that only
// what was found matters, not when.
func sortedLike(want, got []string) []string {
	left := append([]string(nil), got...)
	var out []string
	for _, w := range want {
		for i, g := range left {
			if g == w {
				out = append(out, g)
				left = append(left[:i], left[i+1:]...)
				break
			}
		}
	}
	return append(out, left...)
}

func TestTestAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"permission":    {403, graphError(10, ""), "BAD access_token 10"},
		"permission200": {403, graphError(200, ""), "BAD access_token 200"},
		"401 page":      {401, "<html>", "BAD access_token http_401"},
		"404 page":      {404, "<html>", "BAD api_base_url http_404"},
		"page":          {200, "<html>", "BAD api_base_url answer"},
		"empty object":  {200, "{}", "BAD api_base_url answer"},
		"array":         {200, "[]", "BAD api_base_url answer"},
		"other object":  {200, `{"id":"5","display_phone_number":"+1 555-078-3881"}`, "BAD api_base_url answer"},
		"redirect":      {302, "", "BAD api_base_url http_302"},
		"busy":          {429, graphError(80007, ""), "BAD  80007"},
		"down":          {500, "", "BAD  http_500"},
		"locked":        {403, graphError(131031, ""), "BAD  131031"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			}))
			defer server.Close()
			got := verdicts(t, testDriver(server.Client()).Test(t.Context(), testConnection(Cloud, server.URL), twoChannels()))
			if len(got) != 1 || got[0] != tt.want {
				t.Errorf("findings %q, want only %q", got, tt.want)
			}
		})
	}
}

func TestTest360dialog(t *testing.T) {
	for body, want := range map[string][]string{
		`{"url":"https://desk.test/hooks/x"}`: {"ok access_token"},
		`{"url":"https://desk.test/hooks/x","headers":{"x-parley-hook-secret":"hook-Secret-of-ours"}}`: {"ok access_token"},
		`{"url":"https://desk.test/hooks/x","headers":{}}`:                                             {"ok access_token", "BAD hook_path no_hook_secret"},
		`{"url":"https://desk.test/hooks/x","headers":{"X-Parley-Hook-Secret":"old"}}`:                 {"ok access_token", "BAD hook_path no_hook_secret"},
		`{}`: {"ok access_token", "BAD hook_path not_subscribed"},
	} {
		r := newRecorder(t, body)
		got := verdicts(t, testDriver(r.Client()).Test(t.Context(), testConnection(Dialog360, r.URL), twoChannels()))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
		if r.path != "/v1/configs/webhook" || r.header.Get("D360-API-KEY") != "EAAGm0PX4ZCpsBAtoken" {
			t.Errorf("%s with %v", r.path, r.header)
		}
	}
}

// TestTest360dialogRegisters: with a known address of ours, a test also tells
// 360dialog where to send hooks and with which header; what is right already is
// left alone.
func TestTest360dialogRegisters(t *testing.T) {
	const ours = "https://desk.test/hooks/x"
	for body, want := range map[string][]string{
		`{}`:                                 {"ok access_token", "ok hook_path"},
		`{"url":"https://old.test/hooks/x"}`: {"ok access_token", "ok hook_path"},
		`{"url":"https://desk.test/hooks/x","headers":{"X-Parley-Hook-Secret":"old"}}`:                 {"ok access_token", "ok hook_path"},
		`{"url":"https://desk.test/hooks/x","headers":{"X-Parley-Hook-Secret":"hook-Secret-of-ours"}}`: {"ok access_token"},
	} {
		var registered string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				data, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				registered = string(data)
			}
			if registered != "" {
				io.WriteString(w, registered)
				return
			}
			io.WriteString(w, body)
		}))
		c := testConnection(Dialog360, server.URL)
		c.HookURL = ours
		got := verdicts(t, testDriver(server.Client()).Test(t.Context(), c, twoChannels()))
		server.Close()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
		wantBody := ""
		if len(want) == 2 {
			wantBody = `{"headers":{"X-Parley-Hook-Secret":"hook-Secret-of-ours"},"url":"https://desk.test/hooks/x"}`
		}
		if registered != wantBody {
			t.Errorf("%s: registered %s, want %s", body, registered, wantBody)
		}
	}
}

// TestTest360dialogForgets: a server that takes everything and keeps nothing is not
// 360dialog.
func TestTest360dialogForgets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{}`) }))
	defer server.Close()
	c := testConnection(Dialog360, server.URL)
	c.HookURL = "https://desk.test/hooks/x"
	got := verdicts(t, testDriver(server.Client()).Test(t.Context(), c, twoChannels()))
	if diff := cmp.Diff([]string{"ok access_token", "BAD api_base_url answer"}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestTestAnswersLater: of an account that answers but leaves out what was asked
// for, nothing is said to be right.
func TestTestAnswersLater(t *testing.T) {
	for _, deaf := range []string{"phone_numbers", "subscribed_apps"} {
		a := goodAccount()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, deaf) {
				io.WriteString(w, `{}`)
				return
			}
			a.ServeHTTP(w, r)
		}))
		got := verdicts(t, testDriver(server.Client()).Test(t.Context(), testConnection(Cloud, server.URL), twoChannels()))
		server.Close()
		if got[len(got)-1] != "BAD api_base_url answer" {
			t.Errorf("%s without data: %q", deaf, got)
		}
	}
}

// TestTestEnds: a server that takes the call and says nothing holds nobody up, also
// in the middle of its answer.
func TestTestEnds(t *testing.T) {
	const limit = 200 * time.Millisecond
	for name, tt := range map[string]struct {
		silent func(r *http.Request) bool
		begin  bool
		want   string
	}{
		"at once":       {func(*http.Request) bool { return true }, false, "BAD api_base_url timeout"},
		"in the answer": {func(*http.Request) bool { return true }, true, "BAD api_base_url timeout"},
		"later":         {func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/phone_numbers") }, false, "BAD  timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			a := goodAccount()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !tt.silent(r) {
					a.ServeHTTP(w, r)
					return
				}
				if tt.begin {
					io.WriteString(w, `{"id":`)
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done()
			}))
			defer server.Close()
			d := New(Config{Client: server.Client(), TestLimit: limit})
			begun := time.Now()
			got := verdicts(t, d.Test(t.Context(), testConnection(Cloud, server.URL), twoChannels()))
			if got[len(got)-1] != tt.want || time.Since(begun) > 20*limit {
				t.Errorf("findings %q after %v, want at last %q", got, time.Since(begun), tt.want)
			}
		})
	}
}
