package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/bus"
	"parley/desk"
	"parley/jobs"
	"parley/store"
)

// metrics are the figures at /metrics, in Prometheus' text form.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(s *store.Store, r *jobs.Runner, b *bus.Bus, now func() time.Time) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parley_http_request_duration_seconds", Help: "Time to answer, by route and class of status; hooks are POST /hooks/{key}.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route", "status"})}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, &dataCollector{store: s, jobs: r, now: now},
	)
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "parley_build_info", Help: "1, with the version that runs."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	busUp := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "parley_bus_up", Help: "1 while this server can tell the others of the same database at once what changes."}, func() float64 {
		if b.Connected() {
			return 1
		}
		return 0
	})
	m.registry.MustRegister(build, busUp)
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) observe(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// dataCollector reads the figures of the data when somebody asks for them.
type dataCollector struct {
	store *store.Store
	jobs  *jobs.Runner
	now   func() time.Time
}

var (
	storeUp       = figure("parley_store_up", "1 while the database answers.")
	queueLength   = figure("parley_store_queue_length", "Writes that wait for a transaction; a full queue answers 503.", "queue")
	hooksPending  = figure("parley_hooks_pending", "Hooks that were acknowledged and are not applied yet.")
	hooksOldest   = figure("parley_hooks_oldest_pending_seconds", "How long the oldest of them waits; 0 when none does.")
	hooksFailed   = figure("parley_hooks_failed", "Hooks of which a part failed and was not replayed with success.")
	sendsQueued   = figure("parley_sends_queued", "Messages that have not left, scheduled ones included.")
	sendsOpen     = figure("parley_sends_unfinished", "Messages on their way whose outcome is not known yet.")
	sendsOverdue  = figure("parley_sends_overdue", "Messages that should have left more than five minutes ago.")
	leasesHeld    = figure("parley_leases_held", "Leases that this node holds on a database that several may serve, by what they are for.", "for")
	dataFigures   = []*prometheus.Desc{storeUp, queueLength, hooksPending, hooksOldest, hooksFailed, sendsQueued, sendsOpen, sendsOverdue, leasesHeld}
	queuesByName  = map[string]desk.Queue{"members": desk.FromMembers, "hooks": desk.FromHooks, "jobs": desk.FromJobs}
	collectWithin = 5 * time.Second
)

func figure(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (c *dataCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range dataFigures {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *dataCollector) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for name, q := range queuesByName {
		gauge(queueLength, float64(c.store.Queued(q)), name)
	}
	if clock, connections, all := c.jobs.Held(); !all {
		gauge(leasesHeld, float64(clock), "clock")
		gauge(leasesHeld, float64(connections), "connection")
	}
	ctx, cancel := context.WithTimeout(context.Background(), collectWithin)
	defer cancel()
	h, err := c.store.Health(ctx)
	if err != nil {
		gauge(storeUp, 0)
		return
	}
	oldest := 0.0
	if !h.OldestPending.IsZero() {
		oldest = max(0, c.now().Sub(h.OldestPending).Seconds())
	}
	gauge(storeUp, 1)
	gauge(hooksPending, float64(h.PendingHooks))
	gauge(hooksOldest, oldest)
	gauge(hooksFailed, float64(h.FailedHooks))
	gauge(sendsQueued, float64(h.Queued))
	gauge(sendsOpen, float64(h.Unfinished))
	gauge(sendsOverdue, float64(h.Overdue))
}
