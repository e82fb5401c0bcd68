Console.WriteLine("streammoe");
return 0;
