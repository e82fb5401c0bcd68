using StreamMoe.StreamHost.Tests.Kafka;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>A fact that needs Prometheus and librdkafka; skipped, and says so, where one of them is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrometheusKafkaFactAttribute : FactAttribute
{
    public PrometheusKafkaFactAttribute() => Skip = new PrometheusFactAttribute().Skip ?? new KafkaFactAttribute().Skip;
}
