package metasim

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Number is a business phone number as the simulator is told about it.
type Number struct {
	WABAID        string `json:"waba_id"`
	PhoneNumberID string `json:"phone_number_id"`
	PhoneNumber   string `json:"phone_number"`
	Name          string `json:"name"`
	// AppSecret signs webhooks; without one they go out unsigned.
	AppSecret string `json:"app_secret"`
	// AccessToken is the bearer token, for 360dialog the D360-API-KEY.
	AccessToken string `json:"access_token"`
	CallbackURL string `json:"callback_url"`
	VerifyToken string `json:"verify_token"`
	// Provider is "cloud" (default) or "360dialog".
	Provider string `json:"provider"`
	// Throughput is the number's limit in messages per second, in and out
	// together. Default 80, Meta's standard level.
	Throughput int `json:"throughput"`
	// Timezone is the account's IANA time zone, in which price lists start
	// and months end. Default UTC.
	Timezone string `json:"timezone"`
	// ServiceUsed is how many service messages of this month's allowance are
	// already gone; 0 leaves a known number's count as it is.
	ServiceUsed int `json:"service_used"`
	// Headers are sent with each webhook of a 360dialog number.
	Headers map[string]string `json:"headers,omitempty"`
}

// callback is where webhooks of a number or an account go.
type callback struct {
	URL         string
	VerifyToken string
}

type number struct {
	Number
	digits       string
	zone         *time.Location
	override     callback // set through the phone node; wins over the account's
	unsubscribed bool
	registered   bool
	deleted      bool
	profile      map[string]any

	throughput bucket
	month      string // of serviceUsed, "2026-11" in the account's zone
	used       int

	queue    []*Delivery
	kick     chan struct{}
	ctx      context.Context // ends with the number or the server
	forget   context.CancelFunc
	inFlight int
	owed     int         // refused ones that wait for their next attempt
	held     []*Delivery // withheld statuses, until the fault is lifted
	swap     []*Delivery // held back by reorder_webhook for the next update
}

const standardThroughput = 80

// AddNumber makes a number known, or changes the one with the same
// phone_number_id; messages and queued webhooks of a changed number stay. It
// does not call the callback address: see [Server.VerifyCallback].
func (s *Server) AddNumber(n Number) error {
	digits, ok := digitsOf(n.PhoneNumber)
	switch {
	case n.PhoneNumberID == "":
		return errors.New("phone_number_id is missing: give the id that API calls will use in their path")
	case !ok:
		return fmt.Errorf("phone_number %q is not a phone number: give it with its country code, as +421900000001", n.PhoneNumber)
	case n.AccessToken == "":
		return errors.New("access_token is missing: API calls for this number are recognised by it")
	case n.Provider != "" && n.Provider != "cloud" && n.Provider != "360dialog":
		return fmt.Errorf("provider %q is unknown: use cloud or 360dialog", n.Provider)
	case n.Throughput < 0 || n.ServiceUsed < 0:
		return errors.New("throughput and service_used cannot be negative")
	}
	if n.Provider == "" {
		n.Provider = "cloud"
	}
	if n.WABAID == "" {
		n.WABAID = n.PhoneNumberID + "0"
	}
	if n.Throughput == 0 {
		n.Throughput = standardThroughput
	}
	zone, err := time.LoadLocation(n.Timezone)
	if err != nil {
		return fmt.Errorf("timezone %q is unknown: use an IANA name such as Europe/Bratislava", n.Timezone)
	}
	n.PhoneNumber = "+" + digits

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("the simulator is closed")
	}
	for _, other := range s.numbers {
		if other.digits == digits && other.PhoneNumberID != n.PhoneNumberID && !other.deleted {
			return fmt.Errorf("phone_number %s already belongs to phone_number_id %s", n.PhoneNumber, other.PhoneNumberID)
		}
	}
	known := s.number(n.PhoneNumberID)
	if known == nil {
		known = &number{registered: true, kick: make(chan struct{}, 1)}
		known.ctx, known.forget = context.WithCancel(s.ctx)
		s.numbers = append(s.numbers, known)
		s.running.Go(func() { s.deliver(known) })
	}
	known.Number, known.digits, known.zone, known.deleted = n, digits, zone, false
	if n.ServiceUsed > 0 {
		known.month, known.used = s.now().In(zone).Format("2006-01"), n.ServiceUsed
	}
	s.events.publish(Event{Type: "number", PhoneNumberID: n.PhoneNumberID, At: s.now()})
	return nil
}

// Numbers lists the known numbers without their secrets.
func (s *Server) Numbers() []Number {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Number
	for _, n := range s.numbers {
		if !n.deleted {
			shown := n.Number
			shown.AppSecret, shown.AccessToken, shown.VerifyToken, shown.Headers = "", "", "", nil
			shown.ServiceUsed = n.serviceUsed(s.now())
			list = append(list, shown)
		}
	}
	return list
}

// number finds by phone_number_id, including deleted ones.
func (s *Server) number(id string) *number {
	for _, n := range s.numbers {
		if n.PhoneNumberID == id {
			return n
		}
	}
	return nil
}

// businessNumber finds by phone number or phone_number_id; empty means the
// only one there is.
func (s *Server) businessNumber(to string) (*number, error) {
	digits, _ := digitsOf(to)
	var live []*number
	for _, n := range s.numbers {
		if n.deleted {
			continue
		}
		if live = append(live, n); to != "" && (n.digits == digits || n.PhoneNumberID == to) {
			return n, nil
		}
	}
	switch {
	case len(live) == 0:
		return nil, errors.New("no business number is known yet: POST one to /sim/api/numbers first")
	case to != "":
		return nil, fmt.Errorf("to %q is no known business number: see GET /sim/api/numbers", to)
	case len(live) > 1:
		return nil, errors.New("to is missing: several business numbers are known, say which one is written to")
	}
	return live[0], nil
}

// target is where the number's webhooks go: Meta's order is the number's own
// override, then the account's, then the app's.
func (s *Server) target(n *number) callback {
	if n.override.URL != "" {
		return n.override
	}
	if over := s.overrides[n.WABAID]; over.URL != "" {
		return over
	}
	return callback{n.CallbackURL, n.VerifyToken}
}

// serviceUsed is how much of the allowance of at's month is gone.
func (n *number) serviceUsed(at time.Time) int {
	if n.month != at.In(n.zone).Format("2006-01") {
		return 0
	}
	return n.used
}

func (n *number) countService(at time.Time) {
	used := n.serviceUsed(at)
	n.month, n.used = at.In(n.zone).Format("2006-01"), used+1
}
