{{- define "cairn.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "cairn.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "cairn.labels" -}}
{{ include "cairn.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "cairn.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* "true" where the nodes decide how many they are. */ -}}
{{- define "cairn.scales" -}}
{{- if and .Values.autoscaling.enabled (eq .Values.autoscaling.by "cairn") }}true{{ else }}false{{ end }}
{{- end }}

{{- /* cairn.toml. YAML's numbers come as floats: what is whole is written so. JSON's strings are TOML's too. */ -}}
{{- define "cairn.toml" -}}
{{- $config := deepCopy .Values.config }}
{{- if eq (include "cairn.scales" .) "true" }}
{{- $own := dict "provider" "kubernetes" "kubernetes_stateful_set" (include "cairn.name" .) "minimum" .Values.autoscaling.minReplicas "maximum" .Values.autoscaling.maxReplicas }}
{{- $config = mergeOverwrite $config (dict "scaling" $own) }}
{{- end }}
{{- range $section, $settings := $config }}
[{{ $section }}]
{{- range $key, $value := $settings }}
{{ $key }} = {{ if kindIs "float64" $value }}{{ if eq (floor $value) $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}{{ else }}{{ toRawJson $value }}{{ end }}
{{- end }}
{{ end }}
{{- end }}
