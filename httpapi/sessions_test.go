package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func signInBody(email, password string) string {
	data, err := json.Marshal(SessionInput{Email: email, Password: password})
	if err != nil {
		panic(err)
	}
	return string(data)
}

// cookieOf returns the session cookie that an answer sets.
func cookieOf(t *testing.T, r response) *http.Cookie {
	t.Helper()
	cookies := r.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies, want 1: %v", len(cookies), r.Header())
	}
	return cookies[0]
}

func (b *bench) signIn(t *testing.T, email string) *http.Cookie {
	t.Helper()
	return cookieOf(t, b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody(email, goodPassword)}).want(201))
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.member("ana", desk.Agent)
	c := b.signIn(t, " Ana@acme.test ")
	if c.Name != "parley_session" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.Domain != "" || len(c.Value) < 32 {
		t.Errorf("cookie is %+v", c)
	}
	var me Me
	b.do(request{method: "GET", path: "/api/v1/me", cookie: c}).want(200).into(&me)
	if me.Name != "ana" || me.Role != "agent" || me.Workspace.Name != "Acme" || me.Workspace.Settings.WarnBeforeSeconds != 7200 || me.Demo {
		t.Errorf("me is %+v", me)
	}
	if want := (Settings{Theme: "system", Density: "comfortable", Notify: "mine_and_unassigned"}); me.Settings != want {
		t.Errorf("settings are %+v, want %+v", me.Settings, want)
	}
	wrong := b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody("ana@acme.test", "wrong password")}).problem(401, "unauthorized")
	nobody := b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody("nobody@acme.test", "wrong password")}).problem(401, "unauthorized")
	if wrong.Detail != nobody.Detail {
		t.Errorf("a wrong password says %q and an unknown person %q", wrong.Detail, nobody.Detail)
	}
}

func TestSecureCookie(t *testing.T) {
	t.Parallel()
	proxy := netip.MustParsePrefix("10.0.0.0/8")
	for name, c := range map[string]struct {
		public string
		from   string
		proto  string
		secure bool
	}{
		"http on loopback":               {"", "127.0.0.1:5", "", false},
		"public address is https":        {"https://desk.example.com", "127.0.0.1:5", "", true},
		"public address is http":         {"http://desk.lan", "127.0.0.1:5", "", false},
		"trusted proxy speaks https":     {"", "10.1.2.3:5", "https", true},
		"trusted proxy speaks http":      {"", "10.1.2.3:5", "http", false},
		"somebody claims to speak https": {"", "203.0.113.9:5", "https", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(cfg *Config) { cfg.PublicURL, cfg.TrustedProxies = c.public, []netip.Prefix{proxy} })
			b.member("ana", desk.Agent)
			r := request{method: "POST", path: "/api/v1/sessions", body: signInBody("ana@acme.test", goodPassword), from: c.from}
			if c.proto != "" {
				r.header = http.Header{"X-Forwarded-Proto": {c.proto}, "Content-Type": {"application/json"}}
			}
			got := b.do(r).want(201)
			cookie := cookieOf(t, got)
			if cookie.Secure != c.secure || strings.HasPrefix(cookie.Name, "__Host-") != c.secure {
				t.Errorf("cookie is %+v, want secure %v", cookie, c.secure)
			}
			if hsts := got.Header().Get("Strict-Transport-Security") != ""; hsts != c.secure {
				t.Errorf("HSTS is %v, want %v", hsts, c.secure)
			}
		})
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.member("ana", desk.Agent)
	b.member("ivo", desk.Agent)
	one, two, foreign := b.signIn(t, "ana@acme.test"), b.signIn(t, "ana@acme.test"), b.signIn(t, "ivo@acme.test")
	list := func(c *http.Cookie) (all List[Session], current string) {
		b.do(request{method: "GET", path: "/api/v1/sessions", cookie: c}).want(200).into(&all)
		for _, s := range all.Items {
			if s.Current {
				current += s.ID
			}
		}
		return all, current
	}
	all, first := list(one)
	if len(all.Items) != 2 || first == "" {
		t.Fatalf("sessions are %+v, want 2 of which one is current", all.Items)
	}
	_, second := list(two)
	_, other := list(foreign)
	if second == first {
		t.Error("both sessions are the current one")
	}
	b.do(request{method: "DELETE", path: "/api/v1/sessions/" + other, cookie: one}).problem(404, "not_found")
	gone := b.do(request{method: "DELETE", path: "/api/v1/sessions/" + second, cookie: one}).want(204)
	if gone.Header().Get("Set-Cookie") != "" {
		t.Error("ending another session took the own cookie away")
	}
	b.do(request{method: "GET", path: "/api/v1/me", cookie: two}).problem(401, "unauthorized")
	out := b.do(request{method: "DELETE", path: "/api/v1/sessions/current", cookie: one}).want(204)
	if c := cookieOf(t, out); c.MaxAge >= 0 || c.Value != "" {
		t.Errorf("signing out sets %+v, want an empty cookie that has ended", c)
	}
	b.do(request{method: "GET", path: "/api/v1/me", cookie: one}).problem(401, "unauthorized")
	b.do(request{method: "GET", path: "/api/v1/me", cookie: foreign}).want(200)
}

func TestNewPasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.member("ana", desk.Agent)
	one, two := b.signIn(t, "ana@acme.test"), b.signIn(t, "ana@acme.test")
	change := func(old string) response {
		return b.do(request{method: "PATCH", path: "/api/v1/me", cookie: one, body: `{"password":"another password","old_password":"` + old + `"}`})
	}
	if p := change("guess").problem(422, "invalid"); p.Errors[0].Location != "body.old_password" {
		t.Errorf("problem is %+v, want one about old_password", p)
	}
	change(goodPassword).want(200)
	b.do(request{method: "GET", path: "/api/v1/me", cookie: one}).want(200)
	b.do(request{method: "GET", path: "/api/v1/me", cookie: two}).problem(401, "unauthorized")
}

// TestNewPasswordEndsWhatBeganWithTheOldOne: somebody who signed in with the old
// password at the same moment is not in.
func TestNewPasswordEndsWhatBeganWithTheOldOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ana := b.member("ana", desk.Agent)
	cookie, token := b.signIn(t, ana.Email), b.token(ana)
	b.do(request{method: "PATCH", path: "/api/v1/me", cookie: cookie, body: `{"password":"another password","old_password":"` + goodPassword + `","revoke_tokens":true}`}).want(200)
	if _, err := b.desk.SignInAs(context.Background(), ana, "", ""); desk.CodeOf(err) != desk.CodeUnauthorized {
		t.Errorf("a sign-in that had checked the old password: %v", err)
	}
	if _, err := b.desk.UpdateSelf(context.Background(), b.actor(ana), desk.UpdateSelf{Password: new("a third password"), Old: goodPassword}); desk.CodeOf(err) != desk.CodeInvalid {
		t.Errorf("a change that had checked the old password: %v", err)
	}
	b.do(request{method: "GET", path: "/api/v1/me", token: token}).problem(401, "unauthorized")
	b.do(request{method: "GET", path: "/api/v1/me", cookie: cookie}).want(200)
}

func TestGuessesOfThePresentPasswordAreLimited(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.member("ana", desk.Agent)
	cookie := b.signIn(t, "ana@acme.test")
	change := func(old, password string) response {
		return b.do(request{method: "PATCH", path: "/api/v1/me", cookie: cookie, body: fmt.Sprintf(`{"password":%q,"old_password":%q}`, password, old)})
	}
	for range 2 * signInBurst {
		change(goodPassword, "short").problem(422, "invalid") // not a guess
	}
	for range signInBurst {
		change("guess", "another password").problem(422, "invalid")
	}
	change(goodPassword, "another password").problem(429, "rate_limited")
	b.do(request{method: "PATCH", path: "/api/v1/me", cookie: cookie, body: `{"name":"Ana"}`}).want(200)
	b.Clock.Add(signInEvery)
	change(goodPassword, "another password").want(200)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.member("ana", desk.Agent)
	cookie := b.signIn(t, "ana@acme.test")
	var made NewToken
	b.do(request{method: "POST", path: "/api/v1/tokens", cookie: cookie, body: `{"name":"ci"}`}).want(201).into(&made)
	b.do(request{method: "GET", path: "/api/v1/me", token: made.Value}).want(200)
	list := b.do(request{method: "GET", path: "/api/v1/tokens", cookie: cookie}).want(200)
	if strings.Contains(list.Body.String(), made.Value) {
		t.Error("the list shows the token's value")
	}
	b.do(request{method: "DELETE", path: "/api/v1/sessions/current", token: made.Value}).problem(404, "not_found")
	b.do(request{method: "DELETE", path: "/api/v1/tokens/" + made.ID, cookie: cookie}).want(204)
	b.do(request{method: "GET", path: "/api/v1/me", token: made.Value}).problem(401, "unauthorized")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	patch := func(body string) Me {
		var me Me
		b.do(request{method: "PATCH", path: "/api/v1/me", token: token, body: body}).want(200).into(&me)
		return me
	}
	patch(`{"settings":{"language":"sk","theme":"dark","sound":true}}`)
	me := patch(`{"settings":{"notify":"none"},"name":" Oľga "}`)
	sk := "sk"
	if me.Settings.Language == nil || *me.Settings.Language != sk || me.Settings.Theme != "dark" || !me.Settings.Sound || me.Settings.Notify != "none" || me.Name != "Oľga" {
		t.Errorf("me is %+v, want both changes", me)
	}
	if me = patch(`{"settings":{"language":"","sound":false}}`); me.Settings.Language != nil || me.Settings.Sound {
		t.Errorf("settings are %+v, want the browser's language and no sound", me.Settings)
	}
	for _, body := range []string{`{"settings":{"theme":"pink"}}`, `{"role":"owner"}`, `{"name":""}`, `{"settings":{"language":"xx"}}`} {
		b.do(request{method: "PATCH", path: "/api/v1/me", token: token, body: body}).problem(422, "invalid")
	}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) { c.SetupCode = "AAAA-BBBB" })
	body := func(code string) string {
		return `{"code":"` + code + `","workspace_name":"Shop","name":"Eva","email":"eva@shop.test","password":"a long password"}`
	}
	var s Setup
	b.do(request{method: "GET", path: "/api/v1/setup"}).want(200).into(&s)
	if s.Needed {
		t.Error("a server with a workspace asks to be set up")
	}
	b.do(request{method: "POST", path: "/api/v1/setup", body: body("AAAA-BBBB")}).problem(409, "conflict")
	b.do(request{method: "POST", path: "/api/v1/setup", body: body(" aaaa\u00a0b\u2013bbb ")}).problem(409, "conflict")
	for range 49 {
		b.do(request{method: "POST", path: "/api/v1/setup", body: body("guess")}).problem(403, "forbidden")
	}
	b.do(request{method: "POST", path: "/api/v1/setup", body: body("guess")}).problem(403, "forbidden")
	b.do(request{method: "POST", path: "/api/v1/setup", body: body("AAAA-BBBB")}).problem(429, "rate_limited")
}

// A person mends all fields at once.
func TestSetupNamesEveryFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) { c.SetupCode = "AAAA-BBBB" })
	for code, want := range map[string]struct {
		status int
		code   string
		fields []string
	}{
		"guess":     {403, "forbidden", []string{"body.code", "body.workspace_name", "body.name", "body.email", "body.password"}},
		"AAAA-BBBB": {422, "invalid", []string{"body.workspace_name", "body.name", "body.email", "body.password"}},
	} {
		p := b.do(request{method: "POST", path: "/api/v1/setup", body: `{"code":"` + code + `","workspace_name":" ","name":"","email":"eva","password":""}`}).problem(want.status, want.code)
		var fields []string
		for _, e := range p.Errors {
			fields = append(fields, e.Location)
			if !strings.Contains(p.Detail, e.Message) {
				t.Errorf("detail %q leaves out %q", p.Detail, e.Message)
			}
		}
		if diff := cmp.Diff(want.fields, fields); diff != "" {
			t.Errorf("with the code %q (-want +got):\n%s", code, diff)
		}
	}
}

func TestSetupWithoutCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do(request{method: "POST", path: "/api/v1/setup", body: `{"code":"","workspace_name":"Shop","name":"Eva","email":"eva@shop.test","password":"a long password"}`}).problem(403, "forbidden")
}

func TestGuessingIsLimited(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.member("ana", desk.Agent)
	guess := func(from, email string) int {
		return b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody(email, "a wrong password"), from: from}).Code
	}
	var wg sync.WaitGroup
	codes := make(chan int, 100)
	for range cap(codes) {
		wg.Go(func() { codes <- guess("198.51.100.1:9", "ana@acme.test") })
	}
	wg.Wait()
	close(codes)
	tried := 0
	for c := range codes {
		switch c {
		case 401:
			tried++
		case 429:
		default:
			t.Errorf("status %d", c)
		}
	}
	if tried != signInBurst {
		t.Errorf("%d of 100 guesses side by side were tried, want %d", tried, signInBurst)
	}
	limited := b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody("ANA@acme.test ", goodPassword), from: "198.51.100.1:9"})
	limited.problem(429, "rate_limited")
	if limited.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	r := request{method: "POST", path: "/api/v1/sessions", body: signInBody("ana@acme.test", goodPassword), from: "203.0.113.7:9"}
	b.do(r).want(201) // from elsewhere they still get in
	b.Clock.Add(signInEvery)
	r.from = "198.51.100.1:9"
	b.do(r).want(201)
	for i := range 3 * signInBurst { // signing in rightly costs nothing
		if got := b.do(r); got.Code != 201 {
			t.Fatalf("sign-in %d has status %d", i, got.Code)
		}
	}
}

func TestSprayingIsLimited(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tried := 0
	for i := range 3 * addressBurst {
		from := fmt.Sprintf("[2001:db8:0:1::%x]:9", i+1) // one visitor has a whole /64
		if b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody(fmt.Sprintf("p%d@acme.test", i), "a wrong password"), from: from}).Code == 401 {
			tried++
		}
	}
	if tried != addressBurst {
		t.Errorf("%d guesses at different people were tried, want %d", tried, addressBurst)
	}
}

func TestThrottleForgetsTheOldest(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	th := newThrottle(func() time.Time { return now }, 1, time.Minute)
	for i := range throttleKeys + 10 {
		if _, ok := th.take(fmt.Sprint(i)); !ok {
			t.Fatalf("first try of key %d was refused", i)
		}
	}
	if len(th.keys) != throttleKeys || th.used.Len() != throttleKeys {
		t.Errorf("%d keys are remembered, want %d", len(th.keys), throttleKeys)
	}
	if wait, ok := th.take(fmt.Sprint(throttleKeys + 9)); ok || wait != time.Minute {
		t.Errorf("a second try is %v after %v, want to wait a minute", ok, wait)
	}
	now = now.Add(-time.Hour) // a clock that is set back gives nothing
	if _, ok := th.take(fmt.Sprint(throttleKeys + 9)); ok {
		t.Error("a clock that went back allowed a try")
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) { c.PublicURL = "https://desk.example.com" })
	b.member("ana", desk.Owner)
	cookie := cookieOf(t, b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody("ana@acme.test", goodPassword)}).want(201))
	crossing := map[string]http.Header{
		"another site":              {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.test"}},
		"a subdomain":               {"Sec-Fetch-Site": {"same-site"}, "Origin": {"https://evil.example.com"}},
		"an old browser":            {"Origin": {"https://evil.test"}},
		"a sandboxed frame":         {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"null"}},
		"a name that looks like us": {"Origin": {"https://desk.example.com.evil.test"}},
	}
	for _, rt := range b.api.routes() {
		if rt.demo || rt.Access.kind == accessHook || rt.Method == http.MethodGet && rt.Path != socketPath && rt.Path != streamPath {
			continue
		}
		for who, h := range crossing {
			h := h.Clone()
			h.Set("Content-Type", "application/json")
			got := b.do(request{method: rt.Method, path: strings.ReplaceAll(rt.Path, "{id}", "1"), body: "{}", header: h, cookie: cookie})
			if got.Code != 403 || !strings.Contains(got.Body.String(), `"cross_site"`) {
				t.Errorf("%s from %s: status %d, want 403 cross_site: %s", rt.pattern(), who, got.Code, got.Body)
			}
		}
	}
	for who, h := range map[string]http.Header{
		"our page":                {"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://desk.example.com"}},
		"our page behind a proxy": {"Origin": {"https://desk.example.com"}},
		"a program":               {},
	} {
		h := h.Clone()
		h.Set("Content-Type", "application/json")
		if got := b.do(request{method: "PATCH", path: "/api/v1/me", body: `{"name":"Ana"}`, header: h, cookie: cookie}); got.Code != 200 {
			t.Errorf("%s: status %d, want 200: %s", who, got.Code, got.Body)
		}
		if got := b.do(request{method: "GET", path: socketPath, header: h, cookie: cookie}); got.Code != 200 || got.Body.String() != "socket of Ana" && got.Body.String() != "socket of ana" {
			t.Errorf("socket of %s: status %d: %s", who, got.Code, got.Body)
		}
		if got := b.do(request{method: "GET", path: streamPath, header: h, cookie: cookie}); got.Code != 200 || !strings.HasPrefix(got.Body.String(), "data: stream of ") {
			t.Errorf("stream of %s: status %d: %s", who, got.Code, got.Body)
		}
	}
	if h := b.do(request{method: "GET", path: "/api/v1/me", cookie: cookie, header: http.Header{"Origin": {"https://evil.test"}}}).Header(); h.Get("Access-Control-Allow-Origin") != "" {
		t.Error("another origin may read the answer")
	}
}

func TestClientIP(t *testing.T) {
	s := &API{cfg: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for name, c := range map[string]struct {
		from string
		xff  []string
		want string
	}{
		"direct":                     {"203.0.113.5:1", nil, "203.0.113.5"},
		"stranger with a header":     {"203.0.113.5:1", []string{"1.2.3.4"}, "203.0.113.5"},
		"one proxy":                  {"10.0.0.1:1", []string{"203.0.113.5"}, "203.0.113.5"},
		"two proxies":                {"10.0.0.1:1", []string{"203.0.113.5, 10.0.0.2"}, "203.0.113.5"},
		"forged in front":            {"10.0.0.1:1", []string{"1.2.3.4, 203.0.113.5"}, "203.0.113.5"},
		"several headers":            {"10.0.0.1:1", []string{"1.2.3.4", "203.0.113.5"}, "203.0.113.5"},
		"rubbish":                    {"10.0.0.1:1", []string{"203.0.113.5, what"}, "10.0.0.1"},
		"proxy without a header":     {"10.0.0.1:1", nil, "10.0.0.1"},
		"only proxies":               {"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"IPv6 proxy":                 {"[fd00::1]:1", []string{"2001:db8::7"}, "2001:db8::7"},
		"IPv4 written as IPv6":       {"[::ffff:10.0.0.1]:1", []string{"::ffff:203.0.113.5"}, "203.0.113.5"},
		"other headers do not count": {"10.0.0.1:1", []string{""}, "10.0.0.1"},
	} {
		r := &http.Request{RemoteAddr: c.from, Header: http.Header{"X-Real-Ip": {"6.6.6.6"}, "Cf-Connecting-Ip": {"6.6.6.6"}, "X-Forwarded-For": c.xff}}
		if got := s.clientIP(r).String(); got != c.want {
			t.Errorf("%s: address is %s, want %s", name, got, c.want)
		}
	}
}

// TestReadingDoesNotWaitForWrites: that a session or a token is in use is noted
// when there is time for it.
func TestReadingDoesNotWaitForWrites(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cookie := b.signIn(t, b.member("ana", desk.Agent).Email)
	token := b.token(b.Owner)
	b.do(request{method: "GET", path: "/api/v1/me", token: token}).want(200)
	b.Clock.Add(2 * time.Hour)

	writing, release, written := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		written <- b.Store.Write(context.Background(), desk.FromMembers, func(desk.Tx) error {
			close(writing)
			<-release
			return nil
		})
	}()
	<-writing
	for range 3 {
		b.do(request{method: "GET", path: "/api/v1/me", cookie: cookie}).want(200)
		b.do(request{method: "GET", path: "/api/v1/me", token: token}).want(200)
	}
	if n := b.Store.Queued(desk.FromMembers); n > 2 {
		t.Errorf("%d notes wait, want at most one for the session and one for the token", n)
	}
	close(release)
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		var all List[Session]
		b.do(request{method: "GET", path: "/api/v1/sessions", cookie: cookie}).want(200).into(&all)
		if all.Items[0].LastSeenAt.Equal(b.Clock.Now()) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the session was last seen at %v, want %v", all.Items[0].LastSeenAt, b.Clock.Now())
		}
	}
}
