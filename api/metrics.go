package api

import (
	"errors"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what the edge counts; routes are patterns, so that their number
// does not grow with what strangers ask for.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	bytes    prometheus.Counter
	inFlight prometheus.Gauge
	uploads  *prometheus.CounterVec
	handler  http.Handler
}

func newMetrics(reg *prometheus.Registry) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gongkai_http_requests_total", Help: "Requests answered, by route, method and status.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "gongkai_http_request_seconds", Help: "Time from the first byte of a request to the last of its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60, 600},
		}, []string{"route"}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "gongkai_http_response_bytes_total", Help: "Bytes of bodies sent.",
		}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "gongkai_http_requests_in_flight", Help: "Requests that are being answered, downloads included.",
		}),
		uploads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gongkai_uploads_total", Help: "Uploads taken, by whether the same file was there before.",
		}, []string{"known"}),
	}
	for _, c := range []prometheus.Collector{
		m.requests, m.seconds, m.bytes, m.inFlight, m.uploads,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		var twice prometheus.AlreadyRegisteredError
		if err := reg.Register(c); err != nil && !errors.As(err, &twice) {
			return nil, err
		}
	}
	m.handler = promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
	return m, nil
}
