using Microsoft.Extensions.Hosting;
using StreamMoe.Worker.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.AddStreamMoe();                                                               // keys: section StreamMoe of appsettings.json
builder.Build().Run();
