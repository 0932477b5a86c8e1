package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gongkai/catalog"
)

// metrics are what the edge counts; routes are patterns, so that their number
// does not grow with what strangers ask for.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	bytes    prometheus.Counter
	inFlight prometheus.Gauge
	uploads  *prometheus.CounterVec
	jobs     *prometheus.CounterVec
	jobTime  prometheus.Histogram
	handler  http.Handler
}

// JobEnded counts a job that has ended; the runner's owner calls it.
func (s *Server) JobEnded(ctx context.Context, id catalog.JobID) {
	job, err := s.cfg.Store.Job(ctx, id)
	if err != nil {
		s.log.WarnContext(ctx, "count a job", "job", id, "error", err)
		return
	}
	if !job.State.Ended() {
		return
	}
	s.metrics.jobs.WithLabelValues(string(job.State)).Inc()
	if !job.StartedAt.IsZero() {
		s.metrics.jobTime.Observe(job.EndedAt.Sub(job.StartedAt).Seconds())
	}
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
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gongkai_jobs_ended_total", Help: "Jobs that ended, by state: done, failed, cancelled.",
		}, []string{"state"}),
		jobTime: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "gongkai_job_seconds", Help: "Time from the start of a job's last attempt to its end.",
			Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900},
		}),
	}
	for _, c := range []prometheus.Collector{
		m.requests, m.seconds, m.bytes, m.inFlight, m.uploads, m.jobs, m.jobTime,
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
