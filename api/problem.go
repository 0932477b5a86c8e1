package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"gongkai/api/contract"
	"gongkai/catalog"
)

// The kinds of failure that only HTTP has; they stand beside catalog's.
const (
	methodNotAllowed catalog.Kind = 1000 + iota
	notAcceptable
	badRange
)

// problem is what a kind of failure looks like from outside.
type problem struct {
	kind   catalog.Kind
	status int
	slug   string // heading in docs/api.md and anchor of /docs/problems
	title  catalog.Text
	help   catalog.Text // for readers of /docs/problems
	fix    catalog.Text // where the error itself names none
}

// problems is the one table from kinds to statuses.
var problems = []problem{
	{catalog.Invalid, contract.Status(catalog.Invalid), "invalid-request", catalog.Text{ZH: "请求有误", EN: "Invalid request"},
		catalog.Text{ZH: "某个参数未知、重复或不合要求，或请求体看不明白；field 和 position 指明位置", EN: "A parameter is unknown, repeated or not as it should be, or the body cannot be understood. field and position say where."},
		catalog.Text{ZH: "更正请求后重新发送", EN: "correct the request and send it again"}},
	{catalog.Unauthenticated, contract.Status(catalog.Unauthenticated), "token-needed", catalog.Text{ZH: "需要令牌", EN: "Token needed"},
		catalog.Text{ZH: "该操作需要令牌，或发来的令牌未知、已过期或已撤销", EN: "The operation needs a token, or the one that was sent is unknown, expired or revoked."},
		catalog.Text{ZH: "发送 Authorization: Bearer 和有效的令牌；运维人员用 gongkai token create 生成", EN: "send Authorization: Bearer with a token that is in force; the operator makes one with gongkai token create"}},
	{catalog.Forbidden, contract.Status(catalog.Forbidden), "not-allowed", catalog.Text{ZH: "无权操作", EN: "Not allowed"},
		catalog.Text{ZH: "令牌有效，但属于另一个部门", EN: "The token is in force, but it belongs to another department."},
		catalog.Text{ZH: "使用该数据集所属部门的令牌", EN: "use a token of the department that the dataset belongs to"}},
	{catalog.NotFound, contract.Status(catalog.NotFound), "not-found", catalog.Text{ZH: "未找到", EN: "Not found"},
		catalog.Text{ZH: "没有这个名称的内容，或它没有公开", EN: "There is nothing of this name, or it is not public."},
		catalog.Text{ZH: "在 /api/v1/datasets 中查找名称", EN: "look the name up in /api/v1/datasets"}},
	{methodNotAllowed, http.StatusMethodNotAllowed, "method-not-allowed", catalog.Text{ZH: "方法不允许", EN: "Method not allowed"},
		catalog.Text{ZH: "该 URL 存在，但不支持这个方法；响应头 Allow 列出所支持的", EN: "The URL exists and does not answer this method; the header Allow lists those that it does."},
		catalog.Text{ZH: "使用响应头 Allow 列出的方法", EN: "use a method that the header Allow lists"}},
	{notAcceptable, http.StatusNotAcceptable, "not-acceptable", catalog.Text{ZH: "无法接受", EN: "Not acceptable"},
		catalog.Text{ZH: "请求头 Accept 或 Accept-Encoding 排除了该 URL 能给出的一切", EN: "The header Accept or Accept-Encoding excludes everything that the URL can answer."},
		catalog.Text{ZH: "去掉请求头 Accept", EN: "leave out the header Accept"}},
	{catalog.Conflict, contract.Status(catalog.Conflict), "conflict", catalog.Text{ZH: "状态冲突", EN: "Conflict"},
		catalog.Text{ZH: "当前状态不允许该请求：有问题阻止发布，任务已结束，或版本不是草稿", EN: "The present state forbids the request: findings block publication, a job has ended, a version is no draft."},
		catalog.Text{ZH: "查看当前状态后再决定", EN: "look at the present state and decide again"}},
	{catalog.Stale, contract.Status(catalog.Stale), "superseded", catalog.Text{ZH: "已被取代", EN: "Superseded"},
		catalog.Text{ZH: "请求所针对的内容已被更新的取代", EN: "Something newer has taken the place of what the request was about."},
		catalog.Text{ZH: "查看当前状态后再决定", EN: "look at the present state and decide again"}},
	{catalog.Gone, contract.Status(catalog.Gone), "withdrawn", catalog.Text{ZH: "已撤回", EN: "Withdrawn"},
		catalog.Text{ZH: "该版本曾经发布，现已撤回；detail 给出日期和原因", EN: "The version was published and has been withdrawn; detail gives the day and the reason."},
		catalog.Text{ZH: "改读已发布的版本：不写 version", EN: "read the published version instead: leave out version"}},
	{catalog.TooLarge, contract.Status(catalog.TooLarge), "too-large", catalog.Text{ZH: "超出大小限制", EN: "Too large"},
		catalog.Text{ZH: "请求体超过服务器的上限，或结果需要的内存超过一个请求可用的", EN: "The body is larger than the limit that the server has, or the answer needs more memory than one may."},
		catalog.Text{ZH: "每次少发送或少要一些", EN: "send less at a time"}},
	{catalog.Unsupported, contract.Status(catalog.Unsupported), "unsupported-type", catalog.Text{ZH: "不支持的类型", EN: "Unsupported type"},
		catalog.Text{ZH: "请求体的媒体类型或编码在这里看不明白", EN: "The body has a media type or an encoding that is not understood here."},
		catalog.Text{ZH: "用 /docs 为该操作列出的类型发送", EN: "send it in a type that /docs lists for the operation"}},
	{badRange, http.StatusRequestedRangeNotSatisfiable, "range-not-satisfiable", catalog.Text{ZH: "范围无效", EN: "Range not satisfiable"},
		catalog.Text{ZH: "请求头 Range 要的字节文件中没有；Content-Range 给出文件长度", EN: "The header Range asks for bytes that the file does not have; Content-Range tells its length."},
		catalog.Text{ZH: "要 Content-Range 所说长度之内的字节，或去掉 Range", EN: "ask for bytes within the length that Content-Range tells, or leave Range out"}},
	{catalog.Unprocessable, contract.Status(catalog.Unprocessable), "cannot-be-taken", catalog.Text{ZH: "无法处理", EN: "Cannot be taken"},
		catalog.Text{ZH: "请求格式正确，但其中的数据不能接受", EN: "The request is well formed, but the data in it cannot be taken."},
		catalog.Text{ZH: "更正数据后重新发送", EN: "correct the data and send it again"}},
	{catalog.Internal, contract.Status(catalog.Internal), "internal-error", catalog.Text{ZH: "内部错误", EN: "Internal error"},
		catalog.Text{ZH: "服务器出了问题，这是我们的过错；凭 request_id 可在服务器日志中找到原因", EN: "The server failed. It is our fault; the request id finds the cause in the server's log."},
		catalog.Text{ZH: "再试一次；仍然如此请把 request_id 告知运维人员", EN: "try again; if it stays, report the request_id to the operator"}},
	{catalog.Busy, contract.Status(catalog.Busy), "busy", catalog.Text{ZH: "繁忙", EN: "Busy"},
		catalog.Text{ZH: "正在进行的请求已达服务器的极限，或占用了它的内存；Retry-After 说明何时再来", EN: "As many requests run as the server can bear, or they use its memory; Retry-After says when to come back."},
		catalog.Text{ZH: "按 Retry-After 的秒数等待后再试", EN: "try again after the seconds that Retry-After says"}},
	{catalog.TooMany, contract.Status(catalog.TooMany), "too-many-requests", catalog.Text{ZH: "请求过多", EN: "Too many requests"},
		catalog.Text{ZH: "一分钟内的请求超过一个客户可用的，或同时进行的请求或语句太多；其他人照常得到服务", EN: "You have made more requests in a minute than one client may, or have as many requests or statements under way; others are served meanwhile."},
		catalog.Text{ZH: "按 Retry-After 的秒数等待后再发，并减少并行", EN: "send the next after the seconds that Retry-After says, and fewer side by side"}},
	{catalog.Deadline, contract.Status(catalog.Deadline), "query-too-slow", catalog.Text{ZH: "查询超时", EN: "Query too slow"},
		catalog.Text{ZH: "查询用时超过上限", EN: "The query took longer than one may."},
		catalog.Text{ZH: "用 where 减少行，少选几个字段，或下载整个表", EN: "narrow the rows with where, select fewer columns, or download the whole table"}},
	{catalog.Full, contract.Status(catalog.Full), "storage-full", catalog.Text{ZH: "存储空间不足", EN: "Storage full"},
		catalog.Text{ZH: "磁盘没有空间，或不能存住数据；该请求什么都没有存下，读取照常", EN: "The disk has no room or cannot make bytes durable. Nothing of the request was stored; reading goes on."},
		catalog.Text{ZH: "稍后再试；运维人员需要腾出空间", EN: "try again later; the operator has to make room"}},
}

func problemOf(kind catalog.Kind) problem {
	for _, p := range problems {
		if p.kind == kind {
			return p
		}
	}
	return problemOf(catalog.Internal)
}

// problemBody is RFC 9457's problem, with what to do about it.
type problemBody struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Fix       string `json:"fix"`
	Field     string `json:"field,omitempty"`
	Position  int    `json:"position,omitempty"`
	Instance  string `json:"instance"`
	RequestID string `json:"request_id"`
}

// words are what a problem says of an error. What failed on our side is for the
// log.
func (p problem) words(e *catalog.Error) (title, detail, fix catalog.Text) {
	detail.EN, fix.EN = e.Wording(catalog.EN)
	detail.ZH, fix.ZH = e.Wording(catalog.ZH)
	if p.kind == catalog.Internal {
		detail = p.help
	}
	if fix.Empty() {
		fix = p.fix
	}
	return p.title, detail, fix
}

// asError finds the client's error in err; what is none becomes Internal.
func asError(err error) *catalog.Error {
	var e *catalog.Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &catalog.Error{Kind: catalog.Deadline, Message: "the query took too long", Cause: err}
	}
	return &catalog.Error{Kind: catalog.Internal, Message: "something failed on the server", Cause: err}
}

// fail answers a request with an error: the only place that does.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the client has gone
	}
	if out, ok := w.(*responseWriter); ok && out.status != 0 {
		// Part of the answer is out. Ending it properly would pass a part for the whole.
		s.log.WarnContext(r.Context(), "answer broke off", "request_id", requestID(r.Context()), "path", r.URL.Path, "error", err)
		panic(http.ErrAbortHandler)
	}
	e := asError(err)
	p := problemOf(e.Kind)
	if p.status >= http.StatusInternalServerError && e.Kind != catalog.Busy && e.Kind != catalog.Deadline {
		s.log.LogAttrs(r.Context(), slog.LevelError, "request failed", slog.String("request_id", requestID(r.Context())),
			slog.String("path", r.URL.Path), slog.Any("error", err))
	}
	title, detail, fix := p.words(e)
	lang, tag := wanted(r)
	body := problemBody{
		Type: s.base(r) + "/docs/problems#" + p.slug, Title: lang(title), Status: p.status,
		Detail: lang(detail), Fix: lang(fix), Field: e.Field, Position: e.Pos,
		Instance: r.URL.EscapedPath(), RequestID: requestID(r.Context()),
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Last-Modified", "Content-Disposition", "Content-Encoding", "Accept-Ranges", "Content-Length", "Link"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", tag)
	h.Add("Vary", "Accept-Language")
	h.Set("Cache-Control", "no-store")
	switch p.kind {
	case catalog.Unauthenticated:
		h.Set("WWW-Authenticate", `Bearer realm="gongkai"`)
	case catalog.Busy, catalog.TooMany:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "5")
		}
	}
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.Encode(body) //nolint:errcheck // a client that has gone hears nothing
	}
}

// refuse answers with an error like fail, to people with a page.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	gone := errors.Is(err, context.Canceled) && r.Context().Err() != nil
	out, ok := w.(*responseWriter)
	if s.cfg.Pages == nil || gone || ok && out.status != 0 || forPrograms(r.URL.Path) || quality(r, "text/html") <= quality(r, "application/problem+json") {
		s.fail(w, r, err)
		return
	}
	for _, name := range []string{"ETag", "Last-Modified", "Content-Disposition", "Content-Encoding"} {
		w.Header().Del(name)
	}
	s.cfg.Pages.Fail(w, r, err)
}

// notFound answers paths that nothing is served at.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Pages != nil && !forPrograms(r.URL.Path) {
		s.cfg.Pages.NotFound(w, r)
		return
	}
	fix := "the API's URLs are listed in /docs"
	if plain := strings.TrimRight(r.URL.Path, "/"); s.allowed(plain) != nil {
		fix = "leave out the slash at the end"
	}
	s.fail(w, r, catalog.Errorf(catalog.NotFound, fix, "nothing is served at %s", r.URL.EscapedPath()))
}

// notAllowed answers methods that a path does not have.
func (s *Server) notAllowed(w http.ResponseWriter, r *http.Request) {
	allow := strings.Join(s.allowed(r.URL.Path), ", ")
	w.Header().Set("Allow", allow)
	s.fail(w, r, catalog.Errorf(methodNotAllowed, "use one of: "+allow, "%s does not answer %s", r.URL.EscapedPath(), r.Method))
}
