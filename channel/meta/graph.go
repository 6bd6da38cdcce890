package meta

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// GraphError is the error object of a Graph API answer. Code and Details tell
// what happened; Subcode is not sent by the Cloud API from v16 on, except 33
// under code 100: "object does not exist or is not visible to this token"
// (Meta, "Graph API: handle errors", "Cloud API: error codes").
type GraphError struct {
	Code      int
	Subcode   int
	Type      string
	Message   string
	Details   string
	Transient bool
}

// ReadGraphError reads the error of an answer's body. Resellers that pass
// Meta's errors through also send {"errors":[{code,title,details}]}, which is
// read likewise. It reports false when there is no error with a code.
func ReadGraphError(body []byte) (GraphError, bool) {
	body = Clean(body)
	if !json.Valid(body) {
		return GraphError{}, false
	}
	raw := Raw(body[skipSpace(body, 0):])
	e := raw.Get("error")
	if !e.IsObject() {
		for _, first := range raw.Get("errors").Items() {
			e = first
			break
		}
	}
	if !e.Get("code").HasText() {
		return GraphError{}, false
	}
	g := GraphError{
		Code:      Scalar(e.Get("code").Text()).Int(),
		Subcode:   Scalar(e.Get("error_subcode").Text()).Int(),
		Type:      e.Get("type").Text(),
		Message:   cmp.Or(e.Get("message").Text(), e.Get("title").Text()),
		Details:   cmp.Or(e.Get("error_data").Get("details").Text(), e.Get("details").Text(), e.Get("error_user_msg").Text()),
		Transient: e.Get("is_transient").Bool(),
	}
	return g, true
}

// Missing reports whether the error says that the object asked for does not
// exist, or not for this token.
func (g GraphError) Missing() bool { return g.Code == 100 && g.Subcode == 33 }

// RetryAfter reads the header of that name, in seconds or as a date; 0 when
// there is none, and never more than a day.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	var wait time.Duration
	if s, err := strconv.ParseInt(value, 10, 32); err == nil {
		wait = time.Duration(s) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), 24*time.Hour)
}
