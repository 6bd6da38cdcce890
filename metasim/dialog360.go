package metasim

import (
	"net/http"
)

// route360 answers the paths of 360dialog, where the API key stands for the
// number and the path has no phone_number_id.
// Source: docs.360dialog.com, "Messaging API" and "Webhooks", 2026.
func (s *Server) route360(c *call, on occasion, n *number) (reply, *graphError) {
	switch {
	case c.is(http.MethodPost, "messages"), c.is(http.MethodPost, "marketing_messages"):
		return s.send(c, on, n)
	case c.is(http.MethodPost, "media"):
		return s.upload(c, n)
	case c.is(http.MethodGet, "v1", "configs", "webhook"):
		return reply{body: map[string]any{"url": n.CallbackURL, "headers": headersOrEmpty(n.Headers)}}, nil
	case c.is(http.MethodPost, "v1", "configs", "webhook"):
		return s.configure360(c, n)
	case c.is(http.MethodGet, "v1", "configs", "templates"):
		return s.list360Templates(c)
	case len(c.path) == 1:
		if m := s.media.visible(c.path[0], []*number{n}, s.now()); m != nil {
			return s.routeMedia(c, m)
		}
		return reply{}, noSuchObject(c.r.Method, c.path[0])
	}
	return reply{}, unknownPath(c)
}

// configure360 registers the callback and the headers that go with each call;
// they are the only thing by which a receiver knows the caller.
func (s *Server) configure360(c *call, n *number) (reply, *graphError) {
	in, fail := decodeObject(c.body)
	if fail != nil {
		return reply{}, fail
	}
	url, headers := str(in["url"]), map[string]string{}
	if url == "" {
		return reply{}, failure(131008, "The parameter url is required.")
	}
	given, _ := in["headers"].(obj)
	for k, v := range given {
		text, ok := v.(string)
		if !ok || !validHeader(k, text) {
			return reply{}, failure(131009, "headers must be an object of header names and text values.")
		}
		headers[k] = text
	}
	n.CallbackURL, n.Headers = url, headers
	return reply{body: map[string]any{"url": url, "headers": headersOrEmpty(headers)}}, nil
}

func headersOrEmpty(h map[string]string) map[string]string {
	if h == nil {
		return map[string]string{}
	}
	return h
}

// validHeader keeps out what an HTTP client would refuse to send.
func validHeader(name, value string) bool {
	for _, r := range name {
		if r <= ' ' || r >= 0x7f || r == ':' {
			return false
		}
	}
	for _, r := range value {
		if r < ' ' && r != '\t' || r == 0x7f {
			return false
		}
	}
	return name != ""
}

func (s *Server) list360Templates(c *call) (reply, *graphError) {
	rows := []any{}
	for _, t := range s.templates {
		rows = append(rows, t.object())
	}
	return reply{body: map[string]any{"waba_templates": rows, "count": len(rows), "total": len(rows), "limit": 1000, "offset": 0, "sort": []any{"id"}}}, nil
}
