package api

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strings"

	"gongkai/catalog"
)

type findingView struct {
	Code         string           `json:"code"`
	Severity     catalog.Severity `json:"severity"`
	Table        string           `json:"table"`
	Where        string           `json:"where"`
	Expected     string           `json:"expected"`
	Actual       string           `json:"actual"`
	Count        int64            `json:"count"`
	Cells        []string         `json:"cells"`
	Title        string           `json:"title"`
	Message      string           `json:"message"`
	Fix          string           `json:"fix"`
	Messages     catalog.Text     `json:"messages"`
	Fixes        catalog.Text     `json:"fixes"`
	Acknowledged bool             `json:"acknowledged"`
}

type blockingView struct {
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
}

type findingList struct {
	Data     []findingView `json:"data"`
	Total    int           `json:"total"`
	Version  *int          `json:"version"`
	Blocking blockingView  `json:"blocking"`
}

// listFindings tells a department what was noticed in its file: the findings
// of the draft, or the one that refused the file.
func (s *Server) listFindings(w http.ResponseWriter, r *request) error {
	_, u, err := s.upload(r, catalog.ReadUpload)
	if err != nil {
		return err
	}
	var findings []catalog.Finding
	var acks []catalog.Acknowledgement
	answer := findingList{}
	if u.Version > 0 {
		v, err := s.cfg.Store.Version(r.Context(), u.Dataset, u.Version)
		if err != nil {
			return err
		}
		answer.Version = &v.Number
		if findings, err = s.cfg.Store.Findings(r.Context(), v.ID); err != nil {
			return err
		}
		if acks, err = s.cfg.Store.Acknowledgements(r.Context(), v.ID); err != nil {
			return err
		}
	}
	job, err := s.cfg.Store.Job(r.Context(), u.Job)
	if err != nil {
		return err
	}
	if job.Failure != nil {
		findings = append(findings, *job.Failure)
	}
	errs, warnings := catalog.Blocking(findings, acks)
	answer.Blocking = blockingView{codes(errs), codes(warnings)}
	answer.Data = viewFindings(findings, acks, r.params.Text("severity"), langOf(r))
	answer.Total = len(answer.Data)
	return s.reply(w, r, http.StatusOK, answer, freshness{})
}

// gravity orders severities, worst first.
var gravity = map[catalog.Severity]int{catalog.SeverityError: 0, catalog.SeverityWarning: 1, catalog.SeverityInfo: 2}

func viewFindings(findings []catalog.Finding, acks []catalog.Acknowledgement, severity string, lang catalog.Lang) []findingView {
	views := []findingView{}
	for _, f := range findings {
		if severity != "" && string(f.Severity) != severity {
			continue
		}
		title := f.Code
		if rule, ok := catalog.RuleOf(f.Code); ok {
			title = rule.Title.In(lang)
		}
		views = append(views, findingView{
			Code: f.Code, Severity: f.Severity, Table: f.Table, Where: f.Where, Expected: f.Expected, Actual: f.Actual,
			Count: max(f.Count, 1), Cells: orEmpty(f.Cells), Title: title, Message: f.Sentence(lang), Fix: f.Fix(lang),
			Messages: catalog.Text{ZH: f.Sentence(catalog.ZH), EN: f.Sentence(catalog.EN)},
			Fixes:    catalog.Text{ZH: f.Fix(catalog.ZH), EN: f.Fix(catalog.EN)},
			Acknowledged: slices.ContainsFunc(acks, func(a catalog.Acknowledgement) bool {
				return a.Code == f.Code
			}),
		})
	}
	slices.SortStableFunc(views, func(a, b findingView) int { return cmp.Compare(gravity[a.Severity], gravity[b.Severity]) })
	return views
}

func codes(findings []catalog.Finding) []string {
	list := []string{}
	for _, f := range findings {
		list = append(list, f.Code)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// publishVersion makes a draft the published version.
func (s *Server) publishVersion(w http.ResponseWriter, r *request) error {
	d, v, err := s.own(r, catalog.Publish)
	if err != nil {
		return err
	}
	var body struct {
		Acknowledge []string `json:"acknowledge"`
	}
	if err := s.body(w, r, &body); err != nil {
		return err
	}
	if err := s.knownCodes(r, v, body.Acknowledge); err != nil {
		return err
	}
	if _, err := s.cfg.Store.Publish(r.Context(), v.ID, r.who.Name, body.Acknowledge); err != nil {
		return err
	}
	s.changed(r)
	if v, err = s.cfg.Store.Version(r.Context(), d.ID, v.Number); err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, viewVersion(r.base, d, v), freshness{})
}

// body reads the JSON body of a request, as patiently as that of an upload and
// no more.
func (s *Server) body(w http.ResponseWriter, r *request, v any) error {
	in := newProgressReader(w, r.Body, s.cfg.Stall)
	defer in.done()
	r.Body = io.NopCloser(in)
	return r.op.Body(r.Request, v)
}

// own finds the version of the path for a change by its department.
func (s *Server) own(r *request, do catalog.Action) (*catalog.Dataset, *catalog.Version, error) {
	d, err := s.mine(r, do)
	if err != nil {
		return nil, nil, err
	}
	v, err := s.cfg.Store.Version(r.Context(), d.ID, r.params.Int("version"))
	if err != nil {
		return nil, nil, err
	}
	return d, v, nil
}

// knownCodes refuses to acknowledge what the version does not have: a typing
// error would else pass for consent.
func (s *Server) knownCodes(r *request, v *catalog.Version, acknowledged []string) error {
	findings, err := s.cfg.Store.Findings(r.Context(), v.ID)
	if err != nil {
		return err
	}
	var have []string
	for _, f := range findings {
		have = append(have, f.Code)
	}
	for _, code := range acknowledged {
		if !slices.Contains(have, code) {
			slices.Sort(have)
			fix := "acknowledge nothing; version has no findings"
			if len(have) > 0 {
				fix = "use codes of its findings: " + strings.Join(slices.Compact(have), ", ")
			}
			e := catalog.Errorf(catalog.Invalid, fix, "version %d has no finding %q", v.Number, code)
			e.Field = "acknowledge"
			return e
		}
	}
	return nil
}

// withdrawVersion takes a version back, with a reason that readers see.
func (s *Server) withdrawVersion(w http.ResponseWriter, r *request) error {
	d, v, err := s.own(r, catalog.Withdraw)
	if err != nil {
		return err
	}
	var body struct {
		Reason string `json:"reason"`
	}
	if err := s.body(w, r, &body); err != nil {
		return err
	}
	if err := s.cfg.Store.Withdraw(r.Context(), v.ID, r.who.Name, strings.TrimSpace(body.Reason)); err != nil {
		return err
	}
	s.changed(r)
	if v, err = s.cfg.Store.Version(r.Context(), d.ID, v.Number); err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, summarise(r.base, d, v), freshness{})
}

// changed lets the index follow before the answer is out. Should that fail,
// the change itself stands and is found a moment later.
func (s *Server) changed(r *request) {
	if err := s.cfg.Changed(r.Context()); err != nil {
		s.log.WarnContext(r.Context(), "follow the catalogue", "request_id", requestID(r.Context()), "error", err)
	}
}
