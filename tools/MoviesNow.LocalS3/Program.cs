using MoviesNow.LocalS3;

await LocalS3Server.Build(args).RunAsync();
