package metasim

import (
	"maps"
	"net/http"
)

// subscription answers GET, POST and DELETE /{waba_id}/subscribed_apps. A new
// number is subscribed; an account that unsubscribed gets no webhooks.
func (s *Server) subscription(c *call, numbers []*number) (reply, *graphError) {
	waba := numbers[0].WABAID
	switch c.r.Method {
	case http.MethodGet:
		apps := []any{}
		if !numbers[0].unsubscribed {
			app := map[string]any{"whatsapp_business_api_data": map[string]any{"id": "1234567890", "name": "Simulated app", "link": "https://www.facebook.com/games/?app_id=1234567890"}}
			if over := s.overrides[waba]; over.URL != "" {
				app["override_callback_uri"] = over.URL
			}
			apps = append(apps, app)
		}
		return reply{body: map[string]any{"data": apps}}, nil
	case http.MethodPost:
		var to callback
		if len(c.body) > 0 {
			in, fail := decodeObject(c.body)
			if fail != nil {
				return reply{}, fail
			}
			to = callback{str(in["override_callback_uri"]), str(in["verify_token"])}
		}
		if len(to.URL) > 200 {
			return reply{}, failure(100, "Param override_callback_uri must be at most 200 characters long.")
		}
		if fail := s.verifyOverride(c, to); fail != nil {
			return reply{}, fail
		}
		s.overrides = maps.Clone(s.overrides)
		if s.overrides == nil {
			s.overrides = map[string]callback{}
		}
		s.overrides[waba] = to
		for _, n := range numbers {
			n.unsubscribed = false
		}
		return success, nil
	case http.MethodDelete:
		for _, n := range numbers {
			n.unsubscribed = true
		}
		return success, nil
	}
	return reply{}, unknownPath(c)
}

// verifyOverride makes the handshake before a callback address is taken over.
// The lock is given up meanwhile: the receiver may call back.
func (s *Server) verifyOverride(c *call, to callback) *graphError {
	if to.URL == "" {
		return nil
	}
	s.mu.Unlock()
	got := s.handshake(c.r.Context(), to)
	s.mu.Lock()
	if !got.OK {
		return &graphError{status: http.StatusBadRequest, code: 2200, message: "Callback verification failed with the following errors: " + got.Error}
	}
	return nil
}
