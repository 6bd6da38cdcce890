package metasim

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// graphPrefix is a second place of the Graph API, for programs that hand only
// /sim/ to the simulator.
const graphPrefix = "/sim/graph"

var versionPattern = regexp.MustCompile(`^v\d+\.\d+$`)

// maxJSON bounds the body of an API call that is not an upload.
const maxJSON = 1 << 20

// call is one request to the Graph API.
type call struct {
	r       *http.Request
	base    string // where this client reaches the API, without the version
	version string
	path    []string // without prefix and version
	token   string
	d360    bool // authenticated the way of 360dialog
	body    []byte
	form    *form // of an upload
	entry   *Request
	sends   *Message // the message it made, when it made one
}

// reply is what a call is answered with.
type reply struct {
	body any // JSON, when raw is nil
	raw  []byte
	mime string
}

func (s *Server) serveGraph(w http.ResponseWriter, r *http.Request) {
	c, err := s.readCall(w, r)
	if err != nil {
		http.Error(w, "the body could not be read or is too large", http.StatusRequestEntityTooLarge)
		return
	}

	s.mu.Lock()
	s.requests.add(c.entry)
	c.entry.ID = s.requests.total
	if s.cfg.BaseURL == "" {
		s.base = c.base
	}
	on := c.occasion(s)
	var answer reply
	var fail *graphError
	fault := s.strike(on, func(kind string) bool { return kind == "drop_before_accept" || strings.HasPrefix(kind, "http_") })
	switch {
	case fault != nil && fault.Kind == "drop_before_accept":
		c.entry.Dropped, c.entry.Fault = true, fault.Kind
		s.mu.Unlock()
		panic(http.ErrAbortHandler)
	case fault != nil:
		fail, c.entry.Fault = fault.answer(), fault.Kind
	default:
		answer, fail = s.route(c, on)
	}
	drop := fail == nil && s.strikeKind(on, "drop_after_accept") != nil
	if drop {
		c.entry.Dropped, c.entry.Fault = true, "drop_after_accept"
	}
	var wait time.Duration
	if slow := s.strikeKind(on, "slow"); slow != nil && !drop {
		wait, c.entry.Fault = slow.delay(), "slow"
	}
	status, header, body := render(answer, fail)
	if !drop {
		c.entry.Status = status
	}
	if answer.raw == nil {
		c.entry.Answer = body
	}
	if c.sends != nil {
		c.entry.Accepted, c.entry.MessageID = true, c.sends.ID
	}
	s.mu.Unlock()

	if drop {
		panic(http.ErrAbortHandler)
	}
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
		}
	}
	for k, v := range header {
		w.Header().Set(k, v)
	}
	w.Header().Set("Facebook-Api-Version", c.version)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(body)
}

// readCall takes the request apart. Only the body can go wrong.
func (s *Server) readCall(w http.ResponseWriter, r *http.Request) (*call, error) {
	c := &call{r: r, version: s.cfg.GraphVersion, base: s.cfg.BaseURL}
	path, prefix := r.URL.Path, ""
	for strings.HasPrefix(path, graphPrefix+"/") {
		path, prefix = path[len(graphPrefix):], graphPrefix
	}
	if c.base == "" {
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		c.base = scheme + "://" + r.Host + prefix
	}
	c.path = strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(c.path) > 0 && versionPattern.MatchString(c.path[0]) {
		c.version, c.path = c.path[0], c.path[1:]
	}

	auth := "none"
	if key := r.Header.Get("D360-Api-Key"); key != "" {
		c.token, c.d360, auth = key, true, "d360-api-key"
	} else if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "OAuth") {
		c.token, auth = strings.TrimSpace(token), "bearer"
	} else if token := r.URL.Query().Get("access_token"); token != "" {
		c.token, auth = token, "query"
	}
	query := r.URL.Query()
	query.Del("access_token")
	query.Del("appsecret_proof")
	c.entry = &Request{
		At: s.Now(), Method: r.Method, Path: r.URL.Path, Query: query.Encode(), Auth: auth,
		ContentType: r.Header.Get("Content-Type"), UserAgent: r.UserAgent(),
	}
	if c.isUpload() {
		f, err := readForm(r, http.MaxBytesReader(w, r.Body, maxUpload))
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return c, err
		}
		c.form = f
		return c, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxJSON))
	c.body = body
	if json.Valid(body) {
		c.entry.Body = bytes.Clone(body)
	}
	return c, err
}

func (c *call) isUpload() bool {
	return c.r.Method == http.MethodPost && len(c.path) > 0 && c.path[len(c.path)-1] == "media"
}

// occasion says what faults see of the call. Read receipts go to the messages
// endpoint too, but a fault meant for sending must not be used up by them.
func (c *call) occasion(s *Server) occasion {
	on := occasion{endpoint: "other"}
	var peek struct {
		To, Recipient, Status string
	}
	last := ""
	if len(c.path) > 0 {
		last = c.path[len(c.path)-1]
		on.number = s.number(c.path[0])
	}
	if c.d360 {
		on.number = s.numberByKey(c.token)
	}
	switch {
	case c.r.Method == http.MethodPost && (last == "messages" || last == "marketing_messages"):
		if json.Unmarshal(c.body, &peek); peek.Status == "" {
			on.endpoint = "messages"
		}
		if on.customer = s.customer(peek.To); on.customer == nil {
			on.customer = s.customer(peek.Recipient)
		}
	case last == "media", len(c.path) == 1 && s.media.get(c.path[0]) != nil, len(c.path) == 2 && last == "attachments":
		on.endpoint = "media"
	}
	return on
}

func render(answer reply, fail *graphError) (status int, header map[string]string, body []byte) {
	header = map[string]string{"Content-Type": "application/json; charset=UTF-8"}
	status = http.StatusOK
	object := answer.body
	if fail != nil {
		status, object = fail.status, fail.body()
		header["Www-Authenticate"] = `OAuth "Facebook Platform" "invalid_request"`
	} else if answer.raw != nil {
		header["Content-Type"] = answer.mime
		return status, header, answer.raw
	}
	body, err := encodeASCII(object)
	if err != nil {
		return http.StatusInternalServerError, header, []byte(`{}`)
	}
	return status, header, body
}

// route answers the call. The caller holds s.mu.
func (s *Server) route(c *call, on occasion) (reply, *graphError) {
	if c.token == "" {
		return reply{}, badToken("An access token is required to request this resource.")
	}
	mine := s.numbersOf(c.token, c.d360)
	if len(mine) == 0 {
		return reply{}, badToken("Invalid OAuth access token - Cannot parse access token")
	}
	if proof := c.r.URL.Query().Get("appsecret_proof"); proof != "" && !slices.ContainsFunc(mine, func(n *number) bool { return n.proves(proof) }) {
		return reply{}, &graphError{
			status: http.StatusBadRequest, code: 100, kind: "GraphMethodException", bare: true,
			message: "Invalid appsecret_proof provided in the API argument",
		}
	}
	if c.is(http.MethodGet, "whatsapp_business", "attachments") {
		return s.download(c, mine)
	}
	if c.d360 {
		return s.route360(c, on, mine[0])
	}
	if len(c.path) == 0 {
		return reply{}, &graphError{status: 400, code: 2500, bare: true, message: "An active access token must be used to query information about the current user."}
	}
	if n := byID(mine, c.path[0]); n != nil {
		return s.routeNumber(c, on, n)
	}
	if waba := accountOf(mine, c.path[0]); waba != nil {
		return s.routeAccount(c, waba)
	}
	if m := s.media.visible(c.path[0], mine, s.now()); m != nil && len(c.path) == 1 {
		return s.routeMedia(c, m)
	}
	return reply{}, noSuchObject(c.r.Method, c.path[0])
}

func (s *Server) routeNumber(c *call, on occasion, n *number) (reply, *graphError) {
	if n.deleted {
		return reply{}, failure(33, "")
	}
	id := n.PhoneNumberID
	switch {
	case c.is(http.MethodPost, id, "messages"), c.is(http.MethodPost, id, "marketing_messages"):
		return s.send(c, on, n)
	case c.is(http.MethodPost, id, "media"):
		return s.upload(c, n)
	case c.is(http.MethodGet, id):
		return numberNode(c, n, s)
	case c.is(http.MethodPost, id):
		return s.configureNumber(c, n)
	case c.is(http.MethodPost, id, "register"), c.is(http.MethodPost, id, "deregister"):
		n.registered = c.path[1] == "register"
		return success, nil
	case c.is(http.MethodGet, id, "whatsapp_business_profile"), c.is(http.MethodPost, id, "whatsapp_business_profile"):
		return n.businessProfile(c)
	}
	return reply{}, unknownPath(c)
}

func (s *Server) routeAccount(c *call, numbers []*number) (reply, *graphError) {
	id := numbers[0].WABAID
	switch {
	case c.is(http.MethodGet, id):
		return accountNode(c, numbers[0])
	case c.is(http.MethodGet, id, "message_templates"):
		return s.listTemplates(c)
	case c.is(http.MethodGet, id, "phone_numbers"):
		return s.listNumbers(c, numbers)
	case len(c.path) == 2 && c.path[1] == "subscribed_apps":
		return s.subscription(c, numbers)
	}
	return reply{}, unknownPath(c)
}

// is reports whether the call has this method and path.
func (c *call) is(method string, path ...string) bool {
	if c.r.Method != method || len(c.path) != len(path) {
		return false
	}
	for i, p := range path {
		if c.path[i] != p {
			return false
		}
	}
	return true
}

var success = reply{body: map[string]any{"success": true}}

func unknownPath(c *call) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 2500,
		message: "Unknown path components: /" + strings.Join(c.path[min(1, len(c.path)):], "/"),
	}
}

// proves reports whether proof shows that the caller knows the app's secret:
// HMAC-SHA256 of the access token. A number without a secret takes any.
// Source: Meta "Graph API: securing requests", v24.0.
func (n *number) proves(proof string) bool {
	mac := hmac.New(sha256.New, []byte(n.AppSecret))
	mac.Write([]byte(n.AccessToken))
	return n.AppSecret == "" || proof == hex.EncodeToString(mac.Sum(nil))
}

// numbersOf lists the numbers that a token gives access to.
func (s *Server) numbersOf(token string, d360 bool) []*number {
	var mine []*number
	for _, n := range s.numbers {
		if n.AccessToken == token && (n.Provider == "360dialog") == d360 {
			mine = append(mine, n)
		}
	}
	return mine
}

func (s *Server) numberByKey(key string) *number {
	if mine := s.numbersOf(key, true); len(mine) > 0 {
		return mine[0]
	}
	return nil
}

func byID(list []*number, id string) *number {
	for _, n := range list {
		if n.PhoneNumberID == id {
			return n
		}
	}
	return nil
}

func accountOf(list []*number, waba string) []*number {
	var found []*number
	for _, n := range list {
		if n.WABAID == waba && !n.deleted {
			found = append(found, n)
		}
	}
	return found
}
