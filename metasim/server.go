package metasim

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config is what a Server needs to know. The zero value works.
type Config struct {
	// Now is the clock below the simulator's own: the offset set through the
	// control API is added to it. Default time.Now.
	Now func() time.Time
	// Logger takes one line per webhook that was given up. Default: discard.
	Logger *slog.Logger
	// Client posts webhooks. Default: a client with a 10 s timeout.
	Client *http.Client
	// BaseURL is where clients reach the Graph API, used in media addresses.
	// Default: taken from the requests; until the first one, webhooks carry
	// no media url.
	BaseURL string
	// GraphVersion is the version webhooks follow: from v24.0 on the
	// conversation object comes only with free-entry-point messages.
	// Default v24.0.
	GraphVersion string

	// SentAfter and DeliveredAfter say how long after acceptance a message
	// changes its status. Default 40 ms and 150 ms; negative means at once.
	SentAfter, DeliveredAfter time.Duration

	// RetryFirst, RetryMax and RetryFor shape the repeated delivery of
	// webhooks that were not answered with 200: the first pause, the longest
	// pause, and when to give up. Default 200 ms, 5 s, 10 min (Meta: 7 days).
	RetryFirst, RetryMax, RetryFor time.Duration
	// Batch is the number of waiting updates put into one webhook call.
	// Default 1; Meta's maximum is 1,000.
	Batch int

	// PairBurst and PairEvery are Meta's limit per number and customer: a
	// burst, refilled by one message each PairEvery. Default 45 and 6 s.
	PairBurst int
	PairEvery time.Duration
	// NoLimits switches the pair and throughput limits off.
	NoLimits bool

	// Journal bounds the lists of requests and deliveries. Default 10,000.
	Journal int
	// Thread bounds the messages kept per number and customer. Default 2,000.
	Thread int
	// MediaBytes bounds stored media; the oldest go first. Default 512 MiB.
	MediaBytes int64

	// Seed decides which requests a fault with a rate below 1 hits.
	Seed uint64
}

// Server is the simulator: an http.Handler plus the goroutines that deliver
// webhooks. Its methods are safe for concurrent use.
type Server struct {
	cfg     Config
	control http.Handler
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	steps   *schedule

	mu         sync.Mutex
	closed     bool
	epoch      int // counts resets, so that what was under way then is dropped
	offset     time.Duration
	base       string
	numbers    []*number
	customers  []*customer
	addresses  map[string]*customer // by digits of the phone, WhatsApp id and BSUID
	threads    map[threadKey]*thread
	messages   map[string]*Message
	media      *mediaShelf
	templates  []template
	overrides  map[string]callback
	faults     []*Fault
	faultID    int
	dice       *rand.Rand
	requests   *ring[*Request]
	deliveries *ring[*Delivery]
	events     *feed
	personas   *personas
}

// New makes a simulator that knows no numbers yet. It must be closed.
func New(cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: 10 * time.Second}
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	cfg.GraphVersion = cmp.Or(cfg.GraphVersion, "v24.0")
	cfg.SentAfter = cmp.Or(cfg.SentAfter, 40*time.Millisecond)
	cfg.DeliveredAfter = cmp.Or(cfg.DeliveredAfter, 150*time.Millisecond)
	cfg.RetryFirst = cmp.Or(cfg.RetryFirst, 200*time.Millisecond)
	cfg.RetryMax = cmp.Or(cfg.RetryMax, 5*time.Second)
	cfg.RetryFor = cmp.Or(cfg.RetryFor, 10*time.Minute)
	cfg.Batch = min(max(cfg.Batch, 1), 1000)
	cfg.PairBurst = cmp.Or(cfg.PairBurst, 45)
	cfg.PairEvery = cmp.Or(cfg.PairEvery, 6*time.Second)
	cfg.Journal = cmp.Or(cfg.Journal, 10_000)
	cfg.Thread = cmp.Or(cfg.Thread, 2_000)
	cfg.MediaBytes = cmp.Or(cfg.MediaBytes, 512<<20)

	s := &Server{cfg: cfg, base: cfg.BaseURL, templates: fixedTemplates()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.events = newFeed()
	s.clear()
	s.control = s.controlHandler()
	s.steps = newSchedule(&s.mu)
	s.running.Go(func() { s.steps.run(s.ctx) })
	return s
}

// clear forgets everything but the clock's offset and the open event streams.
// The caller holds s.mu or is the constructor.
func (s *Server) clear() {
	s.customers, s.addresses = nil, map[string]*customer{}
	s.threads = map[threadKey]*thread{}
	s.messages = map[string]*Message{}
	s.media = newMediaShelf(s.cfg.MediaBytes)
	s.faults = nil
	s.dice = rand.New(rand.NewPCG(s.cfg.Seed, 0x6d657461))
	s.requests = newRing[*Request](s.cfg.Journal)
	s.deliveries = newRing[*Delivery](s.cfg.Journal)
}

// Close stops the deliveries, ends the event streams and waits. Updates still
// in the queues are lost. Closing twice does no harm.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	p := s.personas
	s.mu.Unlock()
	if p != nil {
		p.stop()
	}
	s.cancel()
	s.events.close()
	s.running.Wait()
}

// Now is the simulator's clock: Config.Now plus the offset set through the
// control API.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// SetOffset moves the simulator's clock to Config.Now plus d.
func (s *Server) SetOffset(d time.Duration) {
	s.mu.Lock()
	s.offset = d
	now := s.now()
	s.mu.Unlock()
	s.events.publish(Event{Type: "clock", At: now})
}

// now is Now for a caller that holds s.mu. The monotonic reading is dropped,
// since a moved clock must be compared by its wall time.
func (s *Server) now() time.Time {
	return s.cfg.Now().Add(s.offset).UTC().Round(0)
}

// ServeHTTP answers the phone screen and the control API below /sim/ and the
// Graph API everywhere else.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path := r.URL.Path; path == "/sim" || strings.HasPrefix(path, "/sim/") && !strings.HasPrefix(path, graphPrefix+"/") {
		s.control.ServeHTTP(w, r)
		return
	}
	s.serveGraph(w, r)
}
