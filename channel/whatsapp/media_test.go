package whatsapp

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/channel"
	"parley/desk"
)

func TestUpload(t *testing.T) {
	const content = "OggS and so on"
	for _, provider := range []string{Cloud, Dialog360} {
		r := newRecorder(t, string(exampleBytes(t, "resp_other_id")))
		got, err := testDriver(r.Client()).Upload(t.Context(), testConnection(provider, r.URL), testChannel, desk.Upload{
			Name: "glas \"ž\".ogg", MIME: "application/ogg", Size: int64(len(content)), Body: strings.NewReader(content),
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 12, 22, 12, 0, 0, 0, time.UTC); got.ProviderID != "<MEDIA_ID>" || !got.ExpiresAt.Equal(want) {
			t.Errorf("uploaded = %+v", got)
		}
		wantPath := map[string]string{Cloud: "/106540352242922/media", Dialog360: "/media"}[provider]
		if r.path != wantPath || r.header.Get("Content-Length") != fmt.Sprint(len(r.body)) {
			t.Errorf("%s, length %q for %d bytes", r.path, r.header.Get("Content-Length"), len(r.body))
		}
		_, params, err := mime.ParseMediaType(r.header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		form, err := multipart.NewReader(strings.NewReader(string(r.body)), params["boundary"]).ReadForm(1 << 20)
		if err != nil {
			t.Fatal(err)
		}
		if form.Value["messaging_product"][0] != "whatsapp" || form.Value["type"][0] != "audio/ogg" {
			t.Errorf("form = %v", form.Value)
		}
		file := form.File["file"][0]
		if file.Header.Get("Content-Type") != "audio/ogg" || !strings.HasSuffix(file.Filename, ".ogg") {
			t.Errorf("file = %v", file.Header)
		}
	}
}

// mediaServer stands in for the Graph API and for hosts of files.
type mediaServer struct {
	*httptest.Server
	client   *http.Client
	handlers map[string]http.HandlerFunc // by host and path
	asked    []string                    // host and path of each request
	tokens   []string                    // hosts that got the token
}

// newMediaServer answers for every host name, as https or http.
func newMediaServer(t *testing.T) *mediaServer {
	s := &mediaServer{handlers: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := r.Header.Get("X-Test-Host") + r.URL.Path
		s.asked = append(s.asked, at)
		if r.Header.Get("Authorization") != "" || r.Header.Get("D360-API-KEY") != "" {
			s.tokens = append(s.tokens, r.Header.Get("X-Test-Host"))
		}
		if h, ok := s.handlers[at]; ok {
			h(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(s.Close)
	here, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.client = &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
		out := r.Clone(r.Context())
		out.Header.Set("X-Test-Host", r.URL.Scheme+"://"+r.URL.Host)
		out.URL.Scheme, out.URL.Host = here.Scheme, here.Host
		return s.Server.Client().Transport.RoundTrip(out)
	})}
	return s
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (s *mediaServer) says(at, body string) {
	s.handlers[at] = func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func (s *mediaServer) fails(at string, status int, body string) {
	s.handlers[at] = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const (
	api       = "https://graph.facebook.com"
	lookaside = "https://lookaside.fbsbx.com"
)

func located7(address string) string {
	return `{"url":"` + address + `","mime_type":"image/jpeg","sha256":"x","file_size":3,"id":"7","messaging_product":"whatsapp"}`
}

func fetch(t *testing.T, s *mediaServer, c desk.Connection, ref desk.MediaRef) (channel.Download, string, *desk.SendError) {
	t.Helper()
	d := New(Config{Client: s.client, MaxDownload: 10})
	download, err := d.Fetch(t.Context(), c, testChannel, ref)
	if err != nil {
		failure, ok := err.(*desk.SendError)
		if !ok {
			t.Fatalf("error %T", err)
		}
		if failure.Kind == desk.Ambiguous {
			t.Errorf("a download is ambiguous: %v", failure)
		}
		return download, "", failure
	}
	defer download.Body.Close()
	content, err := io.ReadAll(download.Body)
	if err != nil {
		return download, "reading: " + err.Error(), nil
	}
	return download, string(content), nil
}

func TestFetchById(t *testing.T) {
	s := newMediaServer(t)
	s.says(api+"/v24.0/7", located7(lookaside+"/whatsapp_business/attachments/?mid=7"))
	s.says(lookaside+"/whatsapp_business/attachments/", "jpg")
	download, content, failure := fetch(t, s, testConnection(Cloud, ""), desk.MediaRef{ProviderID: "7", URL: "https://scontent.xx.fbcdn.net/old", MIME: "image/png"})
	if failure != nil || content != "jpg" || download.MIME != "image/jpeg" || download.Size != 3 {
		t.Errorf("download %+v %q, %v", download, content, failure)
	}
	if len(s.tokens) != 2 {
		t.Errorf("the token went to %v", s.tokens)
	}
}

// TestFetchTokenStaysHome: only the API's own host and Meta's hosts of files
// may see the token; nothing else is even asked.
func TestFetchTokenStaysHome(t *testing.T) {
	for _, address := range []string{
		"https://evil.test/x", "http://lookaside.fbsbx.com/x", "https://lookaside.fbsbx.com.evil.test/x", "https://lookaside.fbsbx.com:8443/x",
		"https://evil-fbcdn.net/x", "https://fbcdn.net.evil.test/x", "https://a:b@lookaside.fbsbx.com/x", "https://lookaside.fbsbx.com@evil.test/x",
		"http://graph.facebook.com/x", "//evil.test/x", "/x", "file:///etc/passwd", "https://graph.facebook.com:444/x", "ftp://graph.facebook.com/x", "::", "https://",
	} {
		s := newMediaServer(t)
		s.says(api+"/v24.0/7", located7(address))
		_, _, failure := fetch(t, s, testConnection(Cloud, ""), desk.MediaRef{ProviderID: "7"})
		if failure == nil || failure.Kind != desk.Permanent || failure.Code != "media_host" {
			t.Errorf("%s: %+v", address, failure)
		}
		if len(s.asked) != 1 || s.asked[0] != api+"/v24.0/7" {
			t.Errorf("%s: asked %v", address, s.asked)
		}
	}
	for _, address := range []string{"https://LOOKASIDE.fbsbx.com/x", "https://scontent-waw2-1.xx.fbcdn.net/x", "https://graph.facebook.com/x"} {
		s := newMediaServer(t)
		s.says(api+"/v24.0/7", located7(address))
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		s.says("https://"+u.Host+"/x", "jpg")
		if _, content, failure := fetch(t, s, testConnection(Cloud, ""), desk.MediaRef{ProviderID: "7"}); content != "jpg" {
			t.Errorf("%s: %q, %+v", address, content, failure)
		}
	}
}

func TestFetchRedirects(t *testing.T) {
	s := newMediaServer(t)
	s.says(api+"/v24.0/7", located7(lookaside+"/a"))
	to := func(next string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", next)
			w.WriteHeader(http.StatusFound)
		}
	}
	s.handlers[lookaside+"/a"] = to("https://scontent.xx.fbcdn.net/b")
	s.says("https://scontent.xx.fbcdn.net/b", "jpg")
	if _, content, failure := fetch(t, s, testConnection(Cloud, ""), desk.MediaRef{ProviderID: "7"}); content != "jpg" {
		t.Errorf("%q, %+v", content, failure)
	}
	s.asked = nil
	s.handlers[lookaside+"/a"] = to("https://evil.test/b")
	if _, _, failure := fetch(t, s, testConnection(Cloud, ""), desk.MediaRef{ProviderID: "7"}); failure == nil || failure.Code != "media_host" || len(s.asked) != 2 {
		t.Errorf("%+v after %v", failure, s.asked)
	}
	s.handlers[lookaside+"/a"] = to(lookaside + "/a")
	if _, _, failure := fetch(t, s, testConnection(Cloud, ""), desk.MediaRef{ProviderID: "7"}); failure == nil {
		t.Error("a circle ended in a file")
	}
}

func TestFetchFailures(t *testing.T) {
	missing := graphError(100, `,"error_subcode":33`)
	const fallback = lookaside + "/old"
	for name, tt := range map[string]struct {
		ref     desk.MediaRef
		prepare func(*mediaServer)
		kind    desk.ErrorKind
		content string
	}{
		"id gone":                {desk.MediaRef{ProviderID: "7"}, func(s *mediaServer) { s.fails(api+"/v24.0/7", 400, missing) }, desk.Permanent, ""},
		"id gone as 404":         {desk.MediaRef{ProviderID: "7"}, func(*mediaServer) {}, desk.Permanent, ""},
		"id gone, address lives": {desk.MediaRef{ProviderID: "7", URL: fallback}, func(s *mediaServer) { s.says(fallback, "jpg") }, "", "jpg"},
		"id and address gone":    {desk.MediaRef{ProviderID: "7", URL: fallback}, func(*mediaServer) {}, desk.Permanent, ""},
		"address alone":          {desk.MediaRef{URL: fallback}, func(s *mediaServer) { s.says(fallback, "jpg") }, "", "jpg"},
		"address alone, expired": {desk.MediaRef{URL: fallback}, func(s *mediaServer) { s.fails(fallback, 403, "") }, desk.Permanent, ""},
		"neither":                {desk.MediaRef{}, func(*mediaServer) {}, desk.Permanent, ""},
		"id that is a path":      {desk.MediaRef{ProviderID: "../7"}, func(*mediaServer) {}, desk.Permanent, ""},
		"token refused":          {desk.MediaRef{ProviderID: "7", URL: fallback}, func(s *mediaServer) { s.fails(api+"/v24.0/7", 401, graphError(190, "")); s.says(fallback, "jpg") }, desk.Reconnect, ""},
		"Meta is down":           {desk.MediaRef{ProviderID: "7", URL: fallback}, func(s *mediaServer) { s.fails(api+"/v24.0/7", 500, ""); s.says(fallback, "jpg") }, desk.Temporary, ""},
		"answer is no JSON":      {desk.MediaRef{ProviderID: "7"}, func(s *mediaServer) { s.says(api+"/v24.0/7", "<html>") }, desk.Temporary, ""},
		"fresh address expired":  {desk.MediaRef{ProviderID: "7"}, func(s *mediaServer) { s.says(api+"/v24.0/7", located7(fallback)) }, desk.Temporary, ""},
		"file host is down":      {desk.MediaRef{ProviderID: "7"}, func(s *mediaServer) { s.says(api+"/v24.0/7", located7(fallback)); s.fails(fallback, 503, "") }, desk.Temporary, ""},
		"file host refuses":      {desk.MediaRef{ProviderID: "7"}, func(s *mediaServer) { s.says(api+"/v24.0/7", located7(fallback)); s.fails(fallback, 401, "") }, desk.Reconnect, ""},
		"slow down":              {desk.MediaRef{ProviderID: "7"}, func(s *mediaServer) { s.fails(api+"/v24.0/7", 429, graphError(80007, "")) }, desk.RateLimited, ""},
		"too large":              {desk.MediaRef{URL: fallback}, func(s *mediaServer) { s.says(fallback, "12345678901") }, desk.Permanent, ""},
		"just not too large":     {desk.MediaRef{URL: fallback}, func(s *mediaServer) { s.says(fallback, "1234567890") }, "", "1234567890"},
		"too large, unannounced": {desk.MediaRef{URL: fallback}, func(s *mediaServer) {
			s.handlers[fallback] = func(w http.ResponseWriter, _ *http.Request) {
				for range 3 {
					_, _ = io.WriteString(w, "12345")
					w.(http.Flusher).Flush()
				}
			}
		}, "", "reading: the file is larger than 10 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMediaServer(t)
			tt.prepare(s)
			_, content, failure := fetch(t, s, testConnection(Cloud, ""), tt.ref)
			var kind desk.ErrorKind
			if failure != nil {
				kind = failure.Kind
				if failure.Text == "" || failure.Code == "" {
					t.Errorf("failure = %+v", failure)
				}
			}
			if kind != tt.kind || content != tt.content {
				t.Errorf("kind %q (%+v), content %q; want %q, %q", kind, failure, content, tt.kind, tt.content)
			}
		})
	}
}

// TestFetch360dialog: 360dialog names Meta's host, but the file and the key
// belong to its own.
func TestFetch360dialog(t *testing.T) {
	const home = "https://waba-v2.360dialog.io"
	s := newMediaServer(t)
	s.says(home+"/7", located7(lookaside+"/whatsapp_business/attachments/?mid=7"))
	s.handlers[home+"/whatsapp_business/attachments/"] = func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.RawQuery)
	}
	_, content, failure := fetch(t, s, testConnection(Dialog360, ""), desk.MediaRef{ProviderID: "7"})
	if content != "mid=7" {
		t.Errorf("%q, %+v", content, failure)
	}
	for _, host := range s.tokens {
		if host != home {
			t.Errorf("the key went to %s", host)
		}
	}
}
